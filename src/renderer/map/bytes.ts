/** Numbers of all samples, as the host keeps them. */

/** Bytes before the numbers of a map, see the main side's map2d/stored. */
export const headLength = 128

/** Null where there are none, or not yet. @throws Error with what the host says */
export async function bytesOf(address: string): Promise<ArrayBuffer | null> {
  const response = await fetch(address)
  if (response.status === 204 || response.status === 404) return null
  if (!response.ok) throw new Error(await response.text())
  return response.arrayBuffer()
}

/** Numbers of all samples, as the host keeps them. */

/** Null where there are none, or not yet. @throws Error with what the host says */
export async function bytesOf(address: string): Promise<ArrayBuffer | null> {
  const response = await fetch(address)
  if (response.status === 204 || response.status === 404) return null
  if (!response.ok) throw new Error(await response.text())
  return response.arrayBuffer()
}

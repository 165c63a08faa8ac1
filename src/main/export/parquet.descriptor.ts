/** What the parquet export is called, asks for and makes. */
import { type ExporterDescriptor, contained } from './descriptor'

export const parquet: ExporterDescriptor = {
  id: 'parquet',
  title: 'Hugging Face Parquet',
  help: 'Images and labels inside Parquet files that load_dataset, pandas and DuckDB open.',
  ...contained,
  group: 'training',
  confirmedOnly: true,
  takesUnlabeled: true,
  multiLabel: true,
}

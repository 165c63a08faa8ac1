/** Titles of the pages and their keyboard shortcuts. */
export const pages = {
  projects: { title: 'Projects', shortcuts: [] },
  images: {
    title: 'Images',
    shortcuts: [
      { keys: 'ArrowUp ArrowDown ArrowLeft ArrowRight', what: 'Move through the grid' },
      { keys: 'Space', what: 'Select or unselect' },
      { keys: 'Shift Click', what: 'Select a range' },
      { keys: 'Ctrl A', what: 'Select all' },
      { keys: 'Enter', what: 'Show the image in detail' },
      { keys: 'Escape', what: 'Clear the selection' },
      { keys: '+ −', what: 'Larger, smaller' },
    ],
  },
  pretrain: { title: 'Pretrain', shortcuts: [] },
  label: {
    title: 'Label',
    shortcuts: [
      { keys: '1 … 0', what: 'Give the selection, or the cluster at hand, this class' },
      { keys: 'U', what: 'Unknown: fits no class' },
      { keys: 'N', what: 'Name a class (type, Enter)' },
      { keys: 'Delete', what: 'Clear labels' },
      { keys: 'ArrowUp ArrowDown', what: 'Previous, next cluster' },
      { keys: 'ArrowLeft ArrowRight', what: 'Through the images of a cluster' },
      { keys: 'Space', what: 'Select the image or cluster at hand' },
      { keys: 'Enter', what: 'Open the cluster at hand' },
      { keys: 'C', what: 'Clusters' },
      { keys: 'Q', what: 'Next to ask' },
      { keys: 'S', what: 'Skip (next to ask)' },
      { keys: 'B', what: 'Back (next to ask)' },
      { keys: 'G', what: 'The guess is right (next to ask)' },
      { keys: 'Escape', what: 'Clear the selection, then back to the board' },
    ],
  },
  review: {
    title: 'Review',
    shortcuts: [
      { keys: '1 … 0', what: 'Correct the selection, or the image at hand' },
      { keys: 'U', what: 'Unknown: fits no class' },
      { keys: 'G', what: 'The guess is right' },
    ],
  },
  audit: {
    title: 'Audit',
    shortcuts: [
      { keys: '1 … 0', what: 'Answer, without seeing the guess' },
      { keys: 'U', what: 'Unknown: fits no class' },
      { keys: 'Y', what: 'Keep your answer where the guess differs' },
      { keys: 'G', what: 'The guess is right where it differs' },
    ],
  },
  export: { title: 'Export', shortcuts: [] },
}

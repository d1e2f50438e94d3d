/**
 * The bound of an `LRUCache`, for one that takes its room as it fills. By `max` it takes all of it at the start: 435 KB for
 * 20,000 keys, and there are a score of such caches, nearly empty in most communities.
 */
export const roomFor = (entries: number): { maxSize: number; sizeCalculation: () => number } => ({
  maxSize: entries,
  sizeCalculation: () => 1,
});

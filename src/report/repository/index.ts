export { type RepositoryFormat, type RepositorySection, renderRepository } from './pages.ts';
export {
  anomalyRows,
  carveRows,
  changeRow,
  classObjects,
  generationRows,
  headRow,
  listingRows,
  namespaceRows,
  type RepositoryRow,
  securityRows,
  subscriptionRows,
} from './rows.ts';

/** Header that our own page sends with what it asks of its server; other sites' forms cannot. */
export const OWN_PAGE_HEADER = 'x-sealroom';

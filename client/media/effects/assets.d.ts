/** A file of a package, by the address it is served at. */
declare module '*?url' {
  const address: string;
  export default address;
}

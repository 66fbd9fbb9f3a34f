/** The capture that ships with the project, relative to the checkout; its ORIGIN.md tells how it was made. */
export const EXAMPLE_INCIDENT =
  "server/fixtures/example-incident/memledger-web-07-20261124T025716Z.tar.gz";

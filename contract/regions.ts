/** AWS Regions as the stack settings and the commands accept them. */

/** First parts of AWS's Region names in all partitions, GovCloud, China and the sovereign clouds included. */
const GEOGRAPHIES = ["af", "ap", "ca", "cn", "eu", "eusc", "il", "me", "mx", "sa", "us"];

/** Matches names in the form of AWS Regions. The AWS documentation lists them under "AWS Regions". */
export const REGION_PATTERN = new RegExp(`^(?:${GEOGRAPHIES.join("|")})(?:-[a-z]+)+-\\d$`);

/** Says in an error message, after the value, which names {@link REGION_PATTERN} matches. */
export const REGION_RULE =
  "must be an AWS Region such as eu-west-1, with one digit at its end, beginning with one of " +
  GEOGRAPHIES.map((each) => `${each}-`).join(", ");

/** The provider's own type token. */
export const PROVIDER_TYPE = "pulumi:providers:aws";

// openapi-ts --file typescript.mjs
export default {
  input: "../openapi.json",
  output: { path: "generated/typescript", module: { extension: ".ts" } },
  plugins: ["@hey-api/client-fetch", "@hey-api/typescript", "@hey-api/sdk"],
};

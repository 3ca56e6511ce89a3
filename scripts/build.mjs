// Builds what runs without TypeScript: the command, the package entries, the Lambda bundles.

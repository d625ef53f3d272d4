"""Every page, run without a browser. What the JavaScript components report, tests/e2e tests."""

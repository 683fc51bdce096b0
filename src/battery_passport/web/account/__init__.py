"""Pages of accounts and organisations: sign-in, registration, recovery, members, approvals."""

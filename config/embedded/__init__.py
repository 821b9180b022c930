"""PostgreSQL and Valkey as child processes, from Python packages, for one machine.

The packages only carry the programs: nothing of them is imported. Not meant for production, where
`DATABASE_URL` and `REDIS_URL` name real servers and nothing here runs.
"""

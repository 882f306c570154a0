# One image for `serve`, `work` and `migrate`. No embedded PostgreSQL in it: set DATABASE_URL and the secrets.
FROM python:3.13-slim-trixie AS build
WORKDIR /build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 UV_PYTHON_DOWNLOADS=never UV_COMPILE_BYTECODE=1 UV_NO_CACHE=1
COPY requirements-uv.txt requirements.txt ./
RUN python -m venv /opt/hallway \
 && python -m pip install --no-cache-dir --require-hashes --only-binary :all: -r requirements-uv.txt \
 && uv pip sync --require-hashes --no-build --python /opt/hallway/bin/python requirements.txt
COPY pyproject.toml README.md ./
COPY schemas schemas
COPY migrations migrations
COPY openapi openapi
COPY server server
RUN uv pip install --no-deps --no-build-isolation --python /opt/hallway/bin/python .

FROM python:3.13-slim-trixie
# For `hallway backup` and `restore`: of the same major version as in compose.yaml.
RUN apt-get update && apt-get install --yes --no-install-recommends postgresql-client-17 && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --no-create-home hallway
COPY --from=build /opt/hallway /opt/hallway
WORKDIR /srv/hallway
COPY openapi openapi
ENV PATH=/opt/hallway/bin:$PATH PYTHONUNBUFFERED=1 HALLWAY_HOST=0.0.0.0 HALLWAY_PORT=8000
USER hallway
EXPOSE 8000
# For `serve`; whoever runs `work` or `migrate` turns it off, as compose.yaml does.
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s CMD ["python", "-c", \
  "import os, urllib.request; urllib.request.urlopen(f'http://127.0.0.1:{os.environ[\"HALLWAY_PORT\"]}/v1/health', timeout=4)"]
ENTRYPOINT ["hallway"]
CMD ["serve", "--no-work"]

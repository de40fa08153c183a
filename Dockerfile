# Written with care and never built by its authors: no container engine was at hand. Please report what does not work.
#
#   docker build -t sqlserver-mcp .
#   docker run -i --rm -e MSSQL_SERVER -e MSSQL_DATABASE -e MSSQL_USERNAME -e MSSQL_PASSWORD sqlserver-mcp
#
# `-i` and neither `-t` nor `-d`: the protocol speaks over stdin and stdout.

FROM python:3.12-slim-bookworm AS build
WORKDIR /src
COPY . .
RUN pip wheel --no-cache-dir --wheel-dir /wheels .

FROM python:3.12-slim-bookworm
LABEL io.modelcontextprotocol.server.name="io.github.mssql-mcp/mssql-mcp" \
      org.opencontainers.image.source="https://github.com/mssql-mcp/mssql-mcp" \
      org.opencontainers.image.licenses="MIT"

# Microsoft's ODBC Driver 18 brings unixODBC; installing it accepts its licence.
# https://learn.microsoft.com/sql/connect/odbc/linux-mac/installing-the-microsoft-odbc-driver-for-sql-server
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates curl \
    && curl -sSfL -o /tmp/microsoft.deb https://packages.microsoft.com/config/debian/12/packages-microsoft-prod.deb \
    && dpkg -i /tmp/microsoft.deb \
    && apt-get update \
    && ACCEPT_EULA=Y apt-get install -y --no-install-recommends msodbcsql18 \
    && apt-get purge -y --auto-remove curl \
    && rm -rf /var/lib/apt/lists/* /tmp/microsoft.deb

# The image's standard library comes without .pyc files; an unprivileged user could not write them at run time.
RUN --mount=type=bind,from=build,source=/wheels,target=/wheels \
    pip install --no-cache-dir --no-index --find-links /wheels sqlserver-mcp \
    && python -m compileall -q /usr/local/lib/python3.12

RUN useradd --uid 10001 --create-home app
USER app
ENTRYPOINT ["mssql-mcp"]
CMD ["serve"]

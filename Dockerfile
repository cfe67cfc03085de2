# Any image of Debian's family with Python 3.11 to 3.14 and its venv module will do: --build-arg BASE=...
ARG BASE=python:3.13-slim-bookworm

FROM ${BASE} AS builder
WORKDIR /build
# The fixed id is what a host folder mounted at /data must belong to.
RUN groupadd --gid 10001 monitor \
 && useradd --uid 10001 --gid monitor --no-create-home --home-dir /data --shell /usr/sbin/nologin monitor \
 && mkdir /empty \
 && python3 -m venv /tools \
 && python3 -m venv --without-pip /opt/monitor
# Where the packages come from is the builder's business: a pip.conf and a file of certificate authorities may be given
# as secrets (--secret id=pip,src=FILE and --secret id=certificates,src=FILE); they stay in no layer.
# Every file is checked against its hash here, so that later steps need no network and nothing unpinned gets in.
COPY requirements.txt ./
RUN --mount=type=secret,id=pip,target=/etc/pip.conf --mount=type=secret,id=certificates \
    /tools/bin/pip download --disable-pip-version-check --quiet --no-cache-dir --only-binary :all: \
      --require-hashes --requirement requirements.txt --dest /wheels
# Nothing is fetched from here on. hatchling builds the wheel in /tools, which the image never sees.
COPY pyproject.toml README.md LICENSE ./
COPY monitor monitor
COPY seeds seeds
RUN export PIP_CONFIG_FILE=/dev/null PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INDEX=1 PIP_FIND_LINKS=/wheels \
 && /tools/bin/pip install --quiet hatchling \
 && /tools/bin/pip wheel --quiet --no-deps --no-build-isolation --wheel-dir /dist . \
 && /tools/bin/pip --python /opt/monitor/bin/python install --quiet /dist/*.whl

# No RUN below: the last stage only takes what was built, so it holds no compiler, no pip and no trace of a build.
FROM ${BASE}
LABEL org.opencontainers.image.title="Announcement Monitor" \
      org.opencontainers.image.description="Film and TV production news, told once, with the proof." \
      org.opencontainers.image.licenses="MIT"
COPY --from=builder /etc/passwd /etc/group /etc/
COPY --from=builder /opt/monitor /opt/monitor
COPY --from=builder --chown=10001:10001 /empty /config
COPY --from=builder --chown=10001:10001 /empty /data
ENV PATH=/opt/monitor/bin:/usr/local/bin:/usr/bin:/bin \
    PYTHONDONTWRITEBYTECODE=1 \
    MONITOR_CONFIG=/config \
    MONITOR_DATA=/data
USER 10001:10001
WORKDIR /data
VOLUME ["/config", "/data"]
STOPSIGNAL SIGTERM
# No port is opened unless MONITOR_PAGE says so; 0.0.0.0:8410 takes webhooks and answers at /healthz.
# The daemon writes a sign of life into its database every 15 seconds; a minute without one is a daemon that hangs.
HEALTHCHECK --interval=60s --timeout=20s --start-period=60s --retries=3 CMD ["monitor", "status", "--health"]
ENTRYPOINT ["monitor"]
CMD ["run"]

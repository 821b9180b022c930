# One image for web, worker and beat. Build: `docker build -t sobani .`
FROM python:3.13-slim AS build
WORKDIR /app
COPY requirements requirements
RUN python -m venv .venv \
 && .venv/bin/pip install --no-cache-dir --no-deps --require-hashes -r requirements/base.txt
COPY . .
# Node is only needed here; the key is not kept, and production refuses to start with it.
RUN python -m venv /node && /node/bin/python config/vendor/install.py --omit=dev \
 && .venv/bin/python -m config.catalogues \
 && PROFILE=production SECRET_KEY=build .venv/bin/python manage.py collectstatic --noinput \
 && rm -rf node_modules

FROM python:3.13-slim
WORKDIR /app
COPY --from=build /app /app
RUN install -d -o 10001 -g 10001 -m 700 /var/lib/sobani
USER 10001:10001
VOLUME /var/lib/sobani
ENV PATH=/app/.venv/bin:$PATH \
    PROFILE=production \
    HOST=0.0.0.0 \
    PORT=8000 \
    STATE_DIR=/var/lib/sobani
EXPOSE 8000
CMD ["python", "manage.py", "up"]

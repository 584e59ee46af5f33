# The two commands a newcomer needs: `make demo` and `make test`. Both install what they need themselves.
.PHONY: demo test bench fuzz docs assets messages setup setup-test screenshots lint audit deployment-test spark-test

demo: setup
	@.venv/bin/moei demo

setup:
	@scripts/setup.sh run

setup-test:
	@scripts/setup.sh test

test: setup-test
	@.venv/bin/python scripts/run_tests.py

lint: setup-test
	@.venv/bin/python scripts/run_tests.py --only-lint

bench: setup-test
	@.venv/bin/python -m benchmarks.run

# Ten minutes of bytes made to break the reader of lists; FUZZ_SECONDS says otherwise.
fuzz: setup-test
	@.tools/bin/uv pip install -q --python .venv/bin/python 'atheris>=3'
	@mkdir -p test-results/fuzz && cp src/moei/engines/lists/tests/data/excerpt/0* test-results/fuzz/
	@.venv/bin/python -m tests.fuzz.lists test-results/fuzz -max_total_time=$${FUZZ_SECONDS:-600} -rss_limit_mb=3000 -artifact_prefix=test-results/

# Installs a Java runtime and the extra `spark`, which are no part of `make test`: there, what needs them is skipped.
spark-test: setup-test
	@scripts/setup.sh spark
	@.venv/bin/python -m pytest src/moei/engines/matching/tests/test_register_on_spark.py -rs

screenshots: setup-test
	@.venv/bin/python -m tests.screenshots

docs: setup-test
	@.venv/bin/moei access matrix > docs/reference/access-matrix.md
	@.venv/bin/moei protocol show thailand --markdown > docs/reference/protocol-thailand.md
	@.venv/bin/moei retention rules --markdown > docs/reference/retention.md
	@.venv/bin/python -m scripts.protection_page
	@.venv/bin/python -m scripts.threat_page
	@.venv/bin/python -m scripts.decision_pages
	@.venv/bin/mkdocs build --strict

assets:
	@cd frontend && npm ci && npm run build

# Minutes long: a fresh clone, its own setup, TLS by a private authority, a passkey in Chromium.
deployment-test: setup-test
	@MOEI_DEPLOYMENT_TEST=1 .venv/bin/python -m pytest tests/test_deployment.py

# Bill of materials, known weaknesses, licences of everything locked. Without network it says so and fails.
audit: setup-test
	@.venv/bin/python -m scripts.audit

# Needs GNU gettext: apt-get install gettext
messages: setup-test
	@DJANGO_SETTINGS_MODULE=moei.web.settings .venv/bin/python scripts/messages.py

# The two commands a newcomer needs are `make demo` and `make test`; `make help` lists the rest.
# What is fetched goes to .tools/, what is built to target/, both ignored by git; crates go to cargo's own cache.

.DEFAULT_GOAL := help
# The steps of `test` share one cargo cache and two cores: in parallel they would only wait for each other.
.NOTPARALLEL:
.PHONY: help test demo setup format lint rustdoc build unit install compat storm explore bench mutants fuzz docs fmt clean-tools

STEP := tests/tools/step
export CARGO_TERM_PROGRESS_WHEN := never

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):[^#]*## /  make \1\t/p' Makefile | expand -t 22

test: setup format lint rustdoc build unit ## check everything; this is what CI runs
	@echo "==> all checks passed"

demo: ## build, and watch messages travel from Kafka to ClickHouse and back through tables that Terraform applies
	@$(STEP) "set-up" tests/tools/setup demo
	@$(STEP) "build" cargo build --release --workspace --bins
	@$(STEP) "demo" python3 -B examples/quickstart/demo

setup:
	@$(STEP) "set-up" tests/tools/setup

format:
	@$(STEP) "formatting" cargo fmt --all --check
	@cargo fmt --manifest-path fuzz/Cargo.toml --check

lint:
	@$(STEP) "lints" cargo clippy --workspace --all-targets --locked -- -D warnings

rustdoc:
	@RUSTDOCFLAGS="-D warnings" $(STEP) "API documentation" cargo doc --workspace --no-deps --locked --document-private-items

# The release binaries are the product: the integration tests run these, not debug builds.
build:
	@$(STEP) "release build" cargo build --release --workspace --bins --locked

# Unit tests and the integration tests, which also check docs/ and examples/.
unit:
	@$(STEP) "tests" cargo test --workspace --locked

# Built like `build`, simulator included: another selection would unify features otherwise, and install a binary that
# no test has seen.
install: ## put the release binary where `terraform init` finds it (PREFIX=~/.terraform.d)
	@cargo build --release --workspace --bins --locked
	@tests/tools/install $(PREFIX)

compat: setup build ## run a table's life on each Terraform from 1.6 to 1.15 but 1.7, which cannot be had here
	@$(STEP) "compatibility" tests/tools/compat

# One run of each is part of `unit`; here they run one after another, so that a line is about one storm alone.
storm: setup build ## let four Terraforms meet on one integration, ten times each way (STORM_RUNS=10)
	@STORM_RUNS=$${STORM_RUNS:-10} $(STEP) "storms" cargo test --quiet --workspace --locked --test it -- storm:: \
		--nocapture --test-threads=1

# The largest of the worlds that `unit` walks through in smaller versions; optimized, since there are millions of states.
explore: ## walk through every order of events of three processes without a common lock; takes minutes
	@$(STEP) "exploration" cargo test --release --lib --locked -- --ignored --nocapture exploration

bench: setup build ## measure the provider, and many tables beside another strategy; takes minutes
	@$(STEP) "benchmark" tests/tools/bench

mutants: ## break engine and document in every small way; each time a test must fail (MUTANTS=document)
	@$(STEP) "set-up" tests/tools/setup mutants
	@$(STEP) "mutants" tests/tools/mutants $(MUTANTS)

# A workspace of its own, built apart; a lock file that is not current fails the lints. Types of columns are compared
# with ClickHouse, as in `unit`, but others each time: a failure names the seed that makes them again, as TYPES_SEED.
fuzz: setup ## feed the parsers ever stranger inputs (FUZZ_SECONDS=30 for each of four targets, TYPES=20000)
	@$(STEP) "lints of the fuzz targets" cargo clippy --manifest-path fuzz/Cargo.toml --locked -- -D warnings
	@$(STEP) "fuzzing" tests/tools/fuzz
	@TYPES=$${TYPES:-20000} $(STEP) "types of columns" cargo test --quiet --locked --test clickhouse -- \
		types_by_chance --nocapture

docs: ## write the reference pages in docs/ anew, from schemas and examples
	@UPDATE_DOCS=1 cargo test --locked --test docs

fmt: ## format the Rust code and the examples
	@cargo fmt --all
	@cargo fmt --manifest-path fuzz/Cargo.toml
	@$(STEP) "formatting the examples" bash -c '"$$TERRAFORM" fmt -recursive examples'

clean-tools: ## remove what the set-up fetched
	rm -rf .tools

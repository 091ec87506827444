#!/usr/bin/env bash
# Asks the golden questions of each plant whose data is there. Ends with 1 when a set fell short.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

data=${GEMBA_DATA_DIR:-data}
status=0
ask() { .venv/bin/python -m core evaluate "$@"; }

# A second set shows how far the reading reaches: there only a wrong answer fails (tests/evaluation/test_answers.py
# holds the share of right ones).
for set in plant plant_vi dialogues; do
    ask "data/eval/$set.jsonl" "$@" || status=1
    echo
    second=$(ask "data/eval/${set}_second.jsonl" "$@")
    code=$?
    printf '%s\n\n' "$second"
    if [ $code != 0 ] && ! grep -qE '(, 0 answered wrong;|"answered_wrong": 0\b)' <<<"$second"; then status=1; fi
done

for set in plant_de dialogues_third dialogues_fourth dialogues_fifth; do
    ask "data/eval/$set.jsonl" "$@" || status=1
    echo
done

for set in retail retail_second; do
    ask "data/eval/$set.jsonl" --model retail "$@" || status=1
    echo
done

if compgen -G "$data/steel/*.duckdb" >/dev/null; then
    ask data/eval/steel.jsonl "$@" || status=1
else
    echo "data/eval/steel.jsonl was left out: the steel works' records are not loaded. docs/steel.md says where to get them and how to load them."
fi

# With a language model: the same questions with the model first, once for each thing that it can be made to write.
# Nothing fails by these: a model's share is what is measured.
if [ -n "${GEMBA_LLM_URL:-}" ]; then
    for output in grammar query sql; do
        printf '\nThe language model first, writing: %s\n' "$output"
        GEMBA_LLM_FIRST=true GEMBA_LLM_OUTPUT=$output ask data/eval/plant.jsonl "$@"
    done
fi
exit $status

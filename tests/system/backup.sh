#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A backup is made while the daemon works, the store is lost, and the backup is
# put back: every row up to the backup is there and right, the ledger too.
. "$top_srcdir/tests/system/lib.sh"
need rrdtool curl python3
stage
step=4
world="--racks 60 --step $step"

# shellcheck disable=SC2086
province $world
cat >>"$dir/collectord.yaml" <<END
poll: {interval: ${step}s}
store: {dir: store, flush: 8s}
END
daemon "$dir/collectord.yaml"
wait_for 20 up || fatal "the devices are up" "$daemon_log"
steady 5 2.2 400
rack=${some%% *}
first=$(($(slot) + step))
wait_for 60 reached $((first + 4 * step))

# ---- backup, live ----------------------------------------------------------------
config="--config $dir/collectord.yaml"
newest=$(($(slot) - step))
# shellcheck disable=SC2086
ask backup $config backup "$dir/saved"
is $status 0 "a backup is made while the daemon works"
has "$dir/backup.out" "saved: [0-9]+ files" "it says how much it is"
ok "$([ -e "$dir/saved/config$dir/collectord.yaml" ]; echo $?)" "with the configuration"
ok "$(! grep -rq '^public$' "$dir/saved"; echo $?)" "and without secrets"
is "$(stat -c %a "$dir/saved")" 700 "for its owner only"
# shellcheck disable=SC2086
ask again $config backup "$dir/saved"
is $status 1 "an old backup is not written over"
ask early restore "$dir/saved"
is $status 1 "nothing is restored below a running daemon"
has "$dir/early.err" "/store: another collectord runs on this folder; stop it first" "and that is said"
get "/racks/$rack" 'd["ledger"]' >"$dir/ledger"
# ---- doctor and verify beside it -------------------------------------------------
# shellcheck disable=SC2086
ask doctor $config doctor
is $status 0 "doctor finds nothing wrong"
has "$dir/doctor.out" "^ok +store .*a daemon runs on it" "sees the daemon"
has "$dir/doctor.out" "^ok +daemon .* devices are up" "and asks it"
# shellcheck disable=SC2086
ask verify $config --json store verify
is $status 0 "store verify reads everything beside the daemon"
is "$(python3 -c 'import json, sys; d = json.load(open(sys.argv[1]))
print(d["bad"], d["files"] > 60, d["rows"] > 0)' "$dir/verify.out")" "0 True True" "and counts it"
wait_for 60 reached $((newest + 3 * step))
ok "$(alive "$daemon"; echo $?)" "the daemon goes on meanwhile"
is "$(get /collector 'd["store"]["late_dropped"]')" 0 "and loses nothing by it"
lateness
stop "$daemon" KILL

# ---- a backup that is not whole --------------------------------------------------
cp -r "$dir/saved" "$dir/spoilt"
victim=$(find "$dir/spoilt/store/rrd/rack" -name "$rack.rrd")
printf X | dd of="$victim" bs=1 seek=2000 conv=notrunc 2>/dev/null
ask spoilt restore "$dir/spoilt"
is $status 1 "a spoilt backup is refused"
has "$dir/spoilt.err" "$rack.rrd is not as it was backed up" "by the name of the file"
ok "$([ -d "$dir/store/rrd" ]; echo $?)" "before anything was touched"

# ---- a store that is damaged --------------------------------------------------------
rrd=$(find "$dir/store/rrd/rack" -name "$rack.rrd")
truncate -s -8 "$rrd"
segment=$(find "$dir/store/journal" -name '*.seg' | sort | head -n 1)
printf X | dd of="$segment" bs=1 seek=200 conv=notrunc 2>/dev/null
# shellcheck disable=SC2086
ask damaged $config store verify
is $status 1 "store verify sees the damage"
has "$dir/damaged.out" "^bad: .*$rack.rrd: " "names the RRD file"
# shellcheck disable=SC2086
ask sick $config doctor
is $status 1 "doctor too"
has "$dir/sick.out" "^fail +files .*$rack.rrd: " "by the same name"

# ---- restore ----------------------------------------------------------------------
rm -rf "${dir:?}/store/rrd" "$dir/store/journal"
ask restore restore "$dir/saved"
is $status 0 "the backup is put back"
is "$(find "$dir" -maxdepth 1 -name 'store.before-restore-*' | wc -l)" 1 \
    "what was there is kept aside"
daemon "$dir/collectord.yaml" second
wait_for 40 flushed "$newest"
rows "$first" "$newest" --open
get "/racks/$rack" 'd["ledger"]' >"$dir/ledger-after"
is "$(cat "$dir/ledger-after")" "$(cat "$dir/ledger")" "the ledger is what it was"
stop "$daemon"
finish

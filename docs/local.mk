# sources of this folder come here
EXTRA_DIST += %D%/alerts.md %D%/api.md %D%/BENCHMARKS.md %D%/capacity.md
dist_man_MANS += %D%/man/collectord.8 %D%/man/collectorctl.1 %D%/man/racksim.1
EXTRA_DIST += %D%/devices.md %D%/inventory.md %D%/polling.md %D%/profiles.md %D%/racks.md %D%/stock.md %D%/storage.md %D%/users.md
EXTRA_DIST += %D%/overview.png %D%/overview-zh.png %D%/hall.png %D%/rack.png %D%/alert.png

# collectorctl: bin_PROGRAMS += %D%/collectorctl

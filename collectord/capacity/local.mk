noinst_LTLIBRARIES += %D%/libcapacity.la
%C%_libcapacity_la_SOURCES = \
	%D%/account.c %D%/account.h \
	%D%/board.c %D%/board.h %D%/board_inner.h %D%/board_place.c \
	%D%/board_power.c %D%/board_rack.c %D%/board_target.c \
	%D%/capacity.c %D%/capacity.h \
	%D%/window.c %D%/window.h %D%/window_save.c \
	%D%/budget.c %D%/budget.h \
	%D%/electric.c %D%/electric.h \
	%D%/environment.c %D%/environment.h \
	%D%/frames.c %D%/frames.h \
	%D%/figures.c %D%/figures.h \
	%D%/inrange.c %D%/inrange.h \
	%D%/failover.c %D%/failover.h \
	%D%/forecast.c %D%/forecast.h \
	%D%/fresh.c %D%/fresh.h \
	%D%/history.c %D%/history.h \
	%D%/kpi.c %D%/kpi.h \
	%D%/metered.c %D%/metered.h \
	%D%/overlay.h \
	%D%/past.c %D%/past.h \
	%D%/outlook.c %D%/outlook.h \
	%D%/peaks.c %D%/peaks.h \
	%D%/pipeline.c %D%/pipeline.h \
	%D%/places.c %D%/places.h \
	%D%/planner.c %D%/planner.h \
	%D%/planner_room.c %D%/planner_room.h \
	%D%/pue.c %D%/pue.h \
	%D%/redundancy.c %D%/redundancy.h \
	%D%/space.c %D%/space.h \
	%D%/stock.c %D%/stock.h %D%/stock_feeds.c %D%/stock_inner.h \
	%D%/stock_limit.c %D%/stock_place.c %D%/stock_plan.c %D%/stock_plan.h \
	%D%/stock_rack.c %D%/stock_text.c \
	%D%/stocktake.c %D%/stocktake.h \
	%D%/strip.c %D%/strip.h \
	%D%/survey.c %D%/survey.h %D%/survey_inner.h \
	%D%/survey_bill.c %D%/survey_tenure.c \
	%D%/survey_job.c %D%/survey_operator.c %D%/survey_place.c %D%/survey_pue.c %D%/survey_rack.c \
	%D%/target.c %D%/target.h \
	%D%/tree.c %D%/tree.h %D%/tree_load.c \
	%D%/view.c %D%/view.h \
	%D%/whatif.c %D%/whatif.h %D%/whatif_rack.c

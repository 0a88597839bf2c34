/* SPDX-License-Identifier: GPL-2.0-only */
/* Generation "class with ufile" with the names of Linux 4.19: as that of RHEL 7. */
#include "../../../class_ufile/include/rdma/uverbs_types.h"

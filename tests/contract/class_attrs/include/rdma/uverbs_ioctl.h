/* SPDX-License-Identifier: GPL-2.0-only */
/* Generation "class with attrs", of RHEL 8.3: as that of Linux 5.4. */
#include "../../../class_ufile_attrs/include/rdma/uverbs_ioctl.h"

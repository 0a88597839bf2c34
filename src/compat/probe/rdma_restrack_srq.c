// SPDX-License-Identifier: GPL-2.0-only
/* 5.14: SRQs are counted, too. */
#include <rdma/restrack.h>

char probe[RDMA_RESTRACK_SRQ];

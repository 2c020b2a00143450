// The items of a group: ITEMS of them.
#if ITEMS == 1
#define ITEM 0
#else
#define ITEM ((int) get_local_id(0))
#endif

// For j = ITEM, ITEM + ITEMS, ... below n, as many turns for each item: PoCL lets all items make as many turns as the first.
#define EACH(j, n) for (int j##0 = 0, j = ITEM; j##0 < (n); j##0 += ITEMS, j += ITEMS) if (j < (n))

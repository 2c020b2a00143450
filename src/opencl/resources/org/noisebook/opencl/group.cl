// The items of a group, ITEMS of them, and its numbers: REAL64 makes them doubles, and an item takes V at once.
#if ITEMS == 1
#define ITEM 0
#else
#define ITEM ((int) get_local_id(0))
#endif
#define JOIN_NOW(a, b) a##b
#define JOIN(a, b) JOIN_NOW(a, b)
#ifdef REAL64
#define REAL double
#define WHOLE ulong
#define NUMBER(wide, narrow) wide
#else
#define REAL float
#define WHOLE uint
#define NUMBER(wide, narrow) narrow##f
#endif
typedef REAL real;
#if V == 1
#define OF_V(type) type
#else
#define OF_V(type) JOIN(type, V)
#endif
typedef OF_V(REAL) vec;
typedef OF_V(WHOLE) bits;
#define AS_VEC JOIN(as_, OF_V(REAL))
#define AS_BITS JOIN(as_, OF_V(WHOLE))

// For j = ITEM, ITEM + ITEMS, ... below n, as many turns for each item: PoCL lets all items make as many turns as the first.
#define EACH(j, n) for (int j##0 = 0, j = ITEM; j##0 < (n); j##0 += ITEMS, j += ITEMS) if (j < (n))

// One item waits for none: PoCL compiles many barriers in half a minute, none in two seconds.
#if ITEMS == 1
#define SYNC
#else
#define SYNC barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE)
#endif

#define GET(p) (*(global const vec *) (p))
#define PUT(p, x) (*(global vec *) (p) = (x))

// Floats of a row of a layer of an Mlp: its units and the bias's 1, padded.
#define STRIDE(units) (((units) + 16) / 16 * 16)

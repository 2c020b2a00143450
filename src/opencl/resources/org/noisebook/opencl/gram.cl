// G = X X^T in double: every element is one chain of fused multiply-adds in ascending order of the summed index, from +0. X lies
// transposed, [length][count], so that items beside each other read numbers beside each other.

#define ROWS 4

// Rows `first` to `first` + 4 `blocks` of G up to the diagonal, and what mirrors them.
kernel void gram(int first, int blocks, int count, int length, global const double *x, global double *g) {
    int columns = get_global_size(0) / blocks;
    int row = first + ROWS * (get_global_id(0) / columns);
    int j = get_global_id(0) % columns;
    if (j >= count || j >= row + ROWS) {
        return;
    }
    int at[ROWS];
    double s[ROWS];
    for (int r = 0; r < ROWS; r++) {
        at[r] = min(row + r, count - 1);
        s[r] = 0;
    }
    for (int p = 0; p < length; p++) {
        global const double *line = x + (long) p * count;
        double right = line[j];
        for (int r = 0; r < ROWS; r++) {
            s[r] = fma(line[at[r]], right, s[r]);
        }
    }
    for (int r = 0; r < ROWS; r++) {
        int i = row + r;
        if (i < count && j <= i) {
            g[(long) i * count + j] = s[r];
            g[(long) j * count + i] = s[r];
        }
    }
}

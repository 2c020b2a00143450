package org.noisebook.notebook;

import java.util.Map;

/** Displays changing output in a notebook; implemented by a kernel. */
public interface Screen {
    /**
     * Shows a bundle in the running cell.
     *
     * @param bundle MIME type to text
     * @return the display's id, for {@link #update}
     */
    String show(Map<String, String> bundle);

    /** Replaces what was shown. */
    void update(String id, Map<String, String> bundle);
}

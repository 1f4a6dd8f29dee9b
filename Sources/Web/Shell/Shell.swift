import Kernel

/// The frame around every page: the chain, the daily work, the user, and what the page is called.
package enum Shell {
  /// How much of the screen the content takes.
  package enum Width: String, Sendable {
    /// Lists and charts.
    case wide
    /// Text and forms: a line a person can read.
    case narrow
  }

  /// A whole page inside the frame.
  /// - Parameters:
  ///   - path: where the page is, to mark its place in the navigation.
  ///   - crumbs: the pages above this one, outermost first; the page itself is added.
  ///   - lead: what the page found, in a sentence.
  ///   - actions: buttons at the top right.
  ///   - refresh: seconds after which a browser without scripts asks again.
  package static func page(
    title: String, path: String, viewer: Viewer, crumbs: [Crumb] = [], lead: HTML = HTML(), actions: HTML = HTML(),
    width: Width = .wide, refresh: Int? = nil, body: HTML
  ) -> HTML {
    """
    \(head(title: title, viewer: viewer, refresh: refresh))\
    <body class="vc">
    <a class="vc-skip" href="#main">Skip to the content</a>
    <div class="vc-frame">
    \(side(path: path, viewer: viewer))
    <div class="vc-body">
    \(chain(path: path, viewer.navigation))
    <main id="main" class="vc-main vc-main-\(width.rawValue)" tabindex="-1">
    \(viewer.flashes)\(Crumb.trail(crumbs, here: title))
    <div class="vc-head"><div><h1>\(words: title)</h1>\(when: !lead.isEmpty, "<p class=\"vc-lead\">\(lead)</p>")</div>\
    \(when: !actions.isEmpty, "<div class=\"vc-actions\">\(actions)</div>")</div>
    \(subpages(path: path, viewer.navigation))\
    \(body)
    </main>
    </div>
    </div>
    \(bottomBar(path: path, viewer.navigation))
    \(viewer.navigation.palette)\(ScriptWords.block)
    </body>
    </html>
    """
  }

  /// A page without the frame: signing in, and problems before that.
  package static func bare(title: String, viewer: Viewer, refresh: Int? = nil, body: HTML) -> HTML {
    """
    \(head(title: title, viewer: viewer, refresh: refresh))\
    <body class="vc vc-bare">
    <a class="vc-skip" href="#main">Skip to the content</a>
    <main id="main" class="vc-bare-main" tabindex="-1">
    <div class="vc-bare-brand">\(Brand())<span>\(viewer.company)</span></div>
    \(viewer.flashes)
    <h1>\(words: title)</h1>
    \(body)
    \(languageSwitch(path: "/", viewer: viewer))
    </main>
    \(ScriptWords.block)
    </body>
    </html>
    """
  }

  private static func head(title: String, viewer: Viewer, refresh: Int?) -> HTML {
    let navigation = viewer.navigation
    return """
      <!doctype html>
      <html lang="\(viewer.format.language)"\(attribute: "data-bs-theme", viewer.theme == .system ? nil : viewer.theme.rawValue)>
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="\(viewer.theme == .system ? "light dark" : viewer.theme.rawValue)">
      <title>\(words: title) · \(viewer.company)</title>
      <link rel="icon" type="image/svg+xml" href="\(url: navigation.asset("mark.svg"))">
      <link rel="stylesheet" href="\(url: navigation.asset("tabler.min.css"))">
      \(when: viewer.theme == .system, systemDark(navigation))\
      <link rel="stylesheet" href="\(url: navigation.asset("tabler-icons.min.css"))">
      \(sheets.html { "<link rel=\"stylesheet\" href=\"\(url: navigation.asset($0))\">\n" })\
      <script type="module" src="\(url: navigation.asset("valuechain.js"))"></script>
      \(refresh.map { "<noscript><meta http-equiv=\"refresh\" content=\"\(max(1, $0))\"></noscript>" as HTML })
      </head>

      """
  }

  private static let sheets = [
    "fonts.css", "valuechain.css", "parts.css", "charts.css", "board.css", "cuts.css", "records.css", "accounts.css",
    "files.css", "rights.css", "work.css",
    "record-page.css", "search.css",
  ]

  // Tabler's dark colours hang on an attribute; this sheet, made from it at set-up, hangs them on the system instead.
  private static func systemDark(_ navigation: Navigation) -> HTML {
    """
    <link rel="stylesheet" href="\(url: navigation.asset("tabler-dark.css"))" media="(prefers-color-scheme: dark)">

    """
  }

  private static func subpages(path: String, _ navigation: Navigation) -> HTML {
    navigation.siblings(of: path).enumerated().map { depth, pages in
      Tabs(
        depth == 0 ? "Pages of this part" : "Pages of this group",
        pages.map { Tabs.Tab($0.title, path: $0.path, isCurrent: $0.holds(path), note: $0.state) })
    }.html { $0.html }
  }
}

/// A page above the one shown.
package struct Crumb: Sendable {
  let title: String
  package let path: String

  package init(_ title: String, _ path: String) {
    self.title = title
    self.path = path
  }

  static func trail(_ crumbs: [Crumb], here: String) -> HTML {
    guard !crumbs.isEmpty else { return HTML() }
    return """
      <nav class="vc-crumbs" aria-label="Where this page is"><ol>\
      \(crumbs.html { "<li><a href=\"\(url: $0.path)\">\(words: $0.title)</a></li>" })\
      <li aria-current="page">\(words: here)</li></ol></nav>
      """
  }
}

/// The product's sign: five links of a chain drawn as rising bars.
struct Brand: Part {
  var html: HTML {
    """
    <svg class="vc-mark" viewBox="0 0 32 32" width="28" height="28" aria-hidden="true" focusable="false">\
    <rect width="32" height="32" rx="8" class="vc-mark-ground"/>\
    <path class="vc-mark-line" d="M7 21.5l5-5 4 3 9-9.5M19.5 10H25v5.5" fill="none" stroke-width="2.6" \
    stroke-linecap="round" stroke-linejoin="round"/></svg>
    """
  }
}

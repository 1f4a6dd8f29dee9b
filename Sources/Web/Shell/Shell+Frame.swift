import Kernel

extension Shell {
  /// Beside the chain: the brand, the search, what people do all day, the user.
  static func side(path: String, viewer: Viewer) -> HTML {
    let navigation = viewer.navigation
    return """
      <header class="vc-side"><div class="vc-side-inside">
      <a class="vc-brand" href="/">\(Brand())<span class="vc-brand-text"><strong>Valuechain</strong>\
      <span>\(viewer.company)</span></span></a>
      \(searchButton(navigation))
      <nav class="vc-daily" aria-label="Daily work"><ul>
      \(navigation.group(.daily).html { "<li>\(dailyLink($0, path))</li>\n" })\
      </ul></nav>
      \(bell(path: path, viewer: viewer))\(userMenu(path: path, viewer: viewer))
      </div></header>
      """
  }

  /// The drawing: five stages left to right, the conditions under them.
  static func chain(path: String, _ navigation: Navigation) -> HTML {
    """
    <nav class="vc-chain" aria-label="The value chain">
    <ol class="vc-stages">
    \(navigation.group(.stage).enumerated().html { "<li>\(stageLink($0.offset + 1, $0.element, path))</li>\n" })\
    </ol>
    <ul class="vc-conditions" aria-label="Support conditions">
    \(navigation.group(.condition).html { "<li>\(conditionLink($0, path))</li>\n" })\
    </ul>
    </nav>
    """
  }

  private static func searchButton(_ navigation: Navigation) -> HTML {
    guard let path = navigation.searchPath else {
      return """
        <button type="button" class="vc-search vc-needs-scripts" data-palette>\(Icon("search"))<span>Go to…</span>\
        <kbd>Ctrl K</kbd></button>
        """
    }
    return """
      <a class="vc-search" href="\(url: path)" data-palette>\(Icon("search"))<span>Search</span><kbd>Ctrl K</kbd></a>
      """
  }

  private static func dailyLink(_ entry: NavigationEntry, _ path: String) -> HTML {
    guard let target = entry.path else {
      return
        "<span class=\"vc-daily-off\">\(Icon(entry.icon))<span>\(words: entry.title)</span><small>\(words: entry.state)</small></span>"
    }
    return """
      <a href="\(url: target)"\(attribute: "aria-current", entry.holds(path) ? "page" : nil)>\
      \(Icon(entry.icon))<span>\(words: entry.title)</span></a>
      """
  }

  private static func stageLink(_ number: Int, _ entry: NavigationEntry, _ path: String) -> HTML {
    let inside: HTML = """
      <span class="vc-stage-number">\(number)</span><span class="vc-stage-text"><span>\(words: entry.title)</span>\
      \(entry.state.map { "<small>\(words: $0)</small>" as HTML })</span>
      """
    guard let target = entry.path else { return "<span class=\"vc-stage vc-stage-off\">\(inside)</span>" }
    return """
      <a class="vc-stage" href="\(url: target)"\(attribute: "aria-current", entry.holds(path) ? "page" : nil)>\(inside)</a>
      """
  }

  private static func conditionLink(_ entry: NavigationEntry, _ path: String) -> HTML {
    guard let target = entry.path else {
      return """
        <span class="vc-condition vc-condition-off">\(Icon(entry.icon))<span>\(words: entry.title)</span>\
        \(entry.state.map { "<small>\(words: $0)</small>" as HTML })</span>
        """
    }
    return """
      <a class="vc-condition" href="\(url: target)"\(attribute: "aria-current", entry.holds(path) ? "page" : nil)>\
      \(Icon(entry.icon))<span>\(words: entry.title)</span></a>
      """
  }

  /// What the viewer was told and has not read, as a number.
  private static func bell(path: String, viewer: Viewer) -> HTML {
    guard viewer.name != nil else { return HTML() }
    let unread = viewer.unread ?? 0
    let most = 99
    let count: HTML = unread > most ? "\(most)+" : "\(unread)"
    return """
      <a class="vc-bell" href="/notifications"\(attribute: "aria-current", path == "/notifications" ? "page" : nil)>\
      \(Icon("bell"))<span class="vc-bell-word">Notifications</span>\(when: unread > 0, """
        <span class="vc-bell-count">\(count)<span class="visually-hidden"> unread</span></span>
        """)</a>
      """
  }

  private static func userMenu(path: String, viewer: Viewer) -> HTML {
    guard let name = viewer.name else { return HTML() }
    return """
      <details class="vc-user" data-menu>
      <summary><span class="vc-avatar" aria-hidden="true">\(viewer.initials)</span><span class="vc-user-name">\
      <span class="visually-hidden">Menu of </span>\(name)</span>\(Icon("selector"))</summary>
      <div class="vc-menu">
      <p class="vc-menu-head"><strong>\(name)</strong>\(viewer.email.map { "<span>\($0)</span>" as HTML })</p>
      \(settingsLinks(path, viewer.navigation))\
      \(themeSwitch(path: path, viewer: viewer))\(languageSwitch(path: path, viewer: viewer))
      <form method="post" action="\(url: viewer.navigation.signOutPath)">\(Form.hidden(csrf: viewer.csrf))\
      <button type="submit" class="vc-menu-item">\(Icon("logout"))Sign out</button></form>
      </div>
      </details>
      """
  }

  private static func settingsLinks(_ path: String, _ navigation: Navigation) -> HTML {
    let entries = navigation.group(.settings).filter { $0.path != nil }
    guard !entries.isEmpty else { return HTML() }
    return """
      <ul class="vc-menu-list">\(entries.html { entry in
        """
        <li><a class="vc-menu-item" href="\(url: entry.path ?? "/")"\
        \(attribute: "aria-current", entry.holds(path) ? "page" : nil)>\(Icon(entry.icon))\(words: entry.title)</a></li>
        """
      })</ul>
      """
  }

  private static func themeSwitch(path: String, viewer: Viewer) -> HTML {
    """
    <form class="vc-theme" method="post" action="\(url: viewer.navigation.themePath)">\(Form.hidden(csrf: viewer.csrf))\
    \(Form.hidden("return", path))<fieldset><legend>Colours</legend><div class="vc-theme-choices">\
    \(Viewer.Theme.allCases.html { theme in
      """
      <button type="submit" name="theme" value="\(theme.rawValue)" aria-pressed="\(theme == viewer.theme ? "true" : "false")">\
      \(Icon(theme == .system ? "device-desktop" : theme == .light ? "sun" : "moon"))\
      <span>\(words: theme == .system ? "System" : theme.title)</span></button>
      """
    })</div></fieldset></form>
    """
  }

  /// The languages of the pages, each by its own name.
  package static func languageSwitch(path: String, viewer: Viewer) -> HTML {
    """
    <form class="vc-theme vc-language" method="post" action="/language">\(Form.hidden(csrf: viewer.csrf))\
    \(Form.hidden("return", path))<fieldset><legend>Language</legend><div class="vc-theme-choices">\
    \(Language.offered.html { code, name in
      """
      <button type="submit" name="language" value="\(code)" lang="\(code)" \
      aria-pressed="\(code == viewer.format.language ? "true" : "false")"><span>\(name)</span></button>
      """
    })</div></fieldset></form>
    """
  }

  /// On a phone the same entries at the thumb; More opens all of them.
  static func bottomBar(path: String, _ navigation: Navigation) -> HTML {
    let daily = navigation.group(.daily).filter { $0.path != nil }
    return """
      <nav class="vc-bottom" aria-label="Main places">
      \(daily.filter { $0.path != "/" }.prefix(2).html { entry in
        """
        <a href="\(url: entry.path ?? "/")"\(attribute: "aria-current", entry.holds(path) ? "page" : nil)>\
        \(Icon(entry.icon))<span>\(words: entry.title)</span></a>

        """
      })\
      \(bottomSearch(navigation))
      <a href="/"\(attribute: "aria-current", path == "/" ? "page" : nil)>\(Icon("link"))<span>Chain</span></a>
      <details class="vc-more" data-menu><summary>\(Icon("dots"))<span>More</span></summary>
      <div class="vc-sheet">\(sheet(path, navigation))</div></details>
      </nav>
      """
  }

  private static func bottomSearch(_ navigation: Navigation) -> HTML {
    guard let path = navigation.searchPath else {
      return
        "<button type=\"button\" class=\"vc-needs-scripts\" data-palette>\(Icon("search"))<span>Go to</span></button>"
    }
    return "<a href=\"\(url: path)\" data-palette>\(Icon("search"))<span>Search</span></a>"
  }

  private static func sheet(_ path: String, _ navigation: Navigation) -> HTML {
    let parts: [(String, NavigationEntry.Group)] = [
      ("The chain", .stage), ("Support conditions", .condition), ("Daily work", .daily), ("Settings", .settings),
    ]
    return parts.html { title, group in
      let entries = navigation.group(group)
      guard !entries.isEmpty else { return HTML() }
      return """
        <section><h2>\(words: title)</h2><ul>\(entries.html { "<li>\(sheetLink($0, path))</li>" })</ul></section>
        """
    }
  }

  private static func sheetLink(_ entry: NavigationEntry, _ path: String) -> HTML {
    guard let target = entry.path else {
      return
        "<span class=\"vc-sheet-off\">\(Icon(entry.icon))<span>\(words: entry.title)</span><small>\(words: entry.state)</small></span>"
    }
    return """
      <a href="\(url: target)"\(attribute: "aria-current", entry.holds(path) ? "page" : nil)>\(Icon(entry.icon))\
      <span>\(words: entry.title)</span></a>
      """
  }

  /// What Ctrl-K and the `g` keys know: every place there is a page for.
  static func palette(_ entries: [NavigationEntry], searchPath: String?, searchAPI: String?) -> HTML {
    let places = entries.flatMap { $0.pages.isEmpty ? [$0] : [$0] + $0.leaves }.compactMap { entry in
      entry.path.map { Place(title: entry.title, path: $0, icon: entry.icon, key: entry.key) }
    }
    return """
      <script type="application/json" id="vc-places" data-search="\(searchAPI ?? "")" \
      data-page="\(searchPath ?? "")">\(json: places)</script>
      """
  }

  private struct Place: Encodable {
    let title: String
    let path: String
    let icon: String
    let key: String?
  }
}

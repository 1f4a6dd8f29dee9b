/// One place in the product as the navigation draws it.
package struct NavigationEntry: Sendable {
  /// Where in the drawing it stands.
  package enum Group: String, Sendable, Encodable {
    /// What people do all day: beside the chain.
    case daily
    /// One of the five stages, left to right.
    case stage
    /// One of the four support conditions, under the chain.
    case condition
    /// The company, its people and its settings: in the menu of the user.
    case settings
  }

  package let title: String
  /// nil while the product has no page for it: it is drawn, with its state in words, and is no link.
  package let path: String?
  package let icon: String
  package let group: Group
  /// Why there is no page, in a few words.
  package let state: String?
  /// The letter that goes there after `g`.
  package let key: String?
  /// The pages under it, when there is more than one.
  package let pages: [NavigationEntry]

  package init(
    _ title: String, _ path: String?, icon: String, group: Group, state: String? = nil, key: String? = nil,
    pages: [NavigationEntry] = []
  ) {
    self.title = title
    self.path = path
    self.icon = icon
    self.group = group
    self.state = state
    self.key = key
    self.pages = pages
  }

  /// What is left of it for somebody who may only open some addresses; nil when nothing is.
  func limited(to mayOpen: (String) -> Bool) -> NavigationEntry? {
    guard let path else { return self }
    let left = pages.compactMap { $0.limited(to: mayOpen) }
    let target = mayOpen(path) ? path : left.first?.path
    guard let target, pages.isEmpty || !left.isEmpty else { return nil }
    return NavigationEntry(title, target, icon: icon, group: group, state: state, key: key, pages: left)
  }

  /// Whether a page at `current` belongs here.
  func holds(_ current: String) -> Bool {
    NavigationEntry.covers(path, current) || pages.contains { $0.holds(current) }
  }

  /// The entry and all under it that have a page of their own.
  var leaves: [NavigationEntry] { pages.isEmpty ? [self] : pages.flatMap(\.leaves) }

  private static func covers(_ path: String?, _ current: String) -> Bool {
    guard let path else { return false }
    if path == "/" || path == current { return path == current }
    return current.utf8.starts(with: (path + "/").utf8)
  }
}

/// Everything the navigation shows, in its order.
package struct Navigation: Sendable {
  package let entries: [NavigationEntry]
  /// The page that searches, when there is one; it takes `q`.
  package let searchPath: String?
  /// The address that answers searches to the palette as JSON, when there is one; it takes `q`.
  package let searchAPI: String?
  /// Where the theme is set (POST `theme`, `return`) and the session ended (POST).
  package let themePath: String
  package let signOutPath: String
  /// Changes with the assets, so that browsers may keep them for ever.
  package let assetVersion: String
  /// All pages as the palette reads them in English: the same on every page, so written once.
  private let englishPalette: HTML

  package init(
    _ entries: [NavigationEntry], searchPath: String? = nil, searchAPI: String? = nil, themePath: String = "/theme",
    signOutPath: String = "/sign-out", assetVersion: String = ""
  ) {
    self.entries = entries
    self.searchPath = searchPath
    self.searchAPI = searchAPI
    self.themePath = themePath
    self.signOutPath = signOutPath
    self.assetVersion = assetVersion
    englishPalette = Shell.palette(entries, searchPath: searchPath, searchAPI: searchAPI)
  }

  /// All pages as the palette reads them.
  var palette: HTML {
    Language.current == nil ? englishPalette : Shell.palette(entries, searchPath: searchPath, searchAPI: searchAPI)
  }

  /// What is left for somebody who may only open some addresses: nobody is led to a door that stays shut.
  package func limited(to mayOpen: (String) -> Bool) -> Navigation {
    Navigation(
      entries.compactMap { $0.limited(to: mayOpen) }, searchPath: searchPath.flatMap { mayOpen($0) ? $0 : nil },
      searchAPI: searchAPI, themePath: themePath, signOutPath: signOutPath, assetVersion: assetVersion)
  }

  package func group(_ group: NavigationEntry.Group) -> [NavigationEntry] { entries.filter { $0.group == group } }

  /// The pages of the part of the product that `current` is in: a row of them, and where the page stands in a group of
  /// its own, the row of that group.
  func siblings(of current: String) -> [[NavigationEntry]] {
    var rows: [[NavigationEntry]] = []
    var level = entries
    while let entry = level.first(where: { $0.holds(current) && $0.pages.count > 1 }) {
      rows.append(entry.pages)
      level = entry.pages
    }
    return rows
  }

  /// Every page there is, by its name.
  package var places: [(title: String, path: String, icon: String)] {
    entries.flatMap { $0.pages.isEmpty ? [$0] : [$0] + $0.leaves }.compactMap { entry in
      entry.path.map { (entry.title, $0, entry.icon) }
    }
  }

  func asset(_ name: String) -> String {
    assetVersion.isEmpty ? "/assets/\(name)" : "/assets/\(name)?v=\(assetVersion)"
  }
}

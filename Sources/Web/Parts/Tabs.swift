/// Pages that stand beside each other; each tab is a link, so every one has an address.
package struct Tabs: Part {
  /// One of the pages; without a path it is drawn with its state in words.
  package struct Tab: Sendable {
    let title: String
    let path: String?
    let isCurrent: Bool
    let note: String?

    package init(_ title: String, path: String?, isCurrent: Bool = false, note: String? = nil) {
      self.title = title
      self.path = path
      self.isCurrent = isCurrent
      self.note = note
    }

    var html: HTML {
      let mark: HTML = "\(note.map { "<small>\(words: $0)</small>" as HTML })"
      guard let path else { return "<li><span class=\"vc-tab vc-tab-off\">\(words: title)\(mark)</span></li>" }
      return """
        <li><a class="vc-tab" href="\(url: path)"\(attribute: "aria-current", isCurrent ? "page" : nil)>\(words: title)\(mark)</a></li>
        """
    }
  }

  let label: String
  let tabs: [Tab]

  package init(_ label: String, _ tabs: [Tab]) {
    self.label = label
    self.tabs = tabs
  }

  package var html: HTML { "<nav class=\"vc-tabs\" aria-label=\"\(words: label)\"><ul>\(tabs.html(\.html))</ul></nav>" }
}

/// What a colour means. It never stands alone: an icon or a word says the same.
package enum Tone: String, Sendable, CaseIterable {
  case neutral, note, good, watch, bad

  package var icon: String {
    switch self {
    case .neutral: "point"
    case .note: "info-circle"
    case .good: "circle-check"
    case .watch: "alert-triangle"
    case .bad: "alert-octagon"
    }
  }

  package var word: String {
    switch self {
    case .neutral, .note: "Note"
    case .good: "Done"
    case .watch: "Watch"
    case .bad: "Problem"
    }
  }
}

/// A pictogram of the icon font, by its name without the prefix; it says nothing to a screen reader.
package struct Icon: Part {
  let name: String
  package init(_ name: String) { self.name = name }
  package var html: HTML { "<i class=\"ti ti-\(name)\" aria-hidden=\"true\"></i>" }
}

/// A short label with a meaning.
package struct Badge: Part {
  let text: String
  let tone: Tone
  let icon: String?

  package init(_ text: String, _ tone: Tone = .neutral, icon: String? = nil) {
    self.text = text
    self.tone = tone
    self.icon = icon ?? (tone == .neutral ? nil : tone.icon)
  }

  package var html: HTML {
    "<span class=\"vc-badge vc-tone-\(tone.rawValue)\">\(icon.map { Icon($0) })\(words: text)</span>"
  }
}

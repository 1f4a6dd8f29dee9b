import Kernel

/// Who looks at a page, and how they like it.
package struct Viewer: Sendable {
  /// The colours of the pages.
  package enum Theme: String, Sendable, CaseIterable {
    case system, light, dark
    package var title: String { self == .system ? "As the system" : self == .light ? "Light" : "Dark" }
  }

  /// nil when nobody is signed in.
  package let name: String?
  package let email: String?
  /// The company whose pages these are.
  package let company: String
  /// The token that every form sends back.
  package let csrf: String
  package let theme: Theme
  package let format: Format
  package let now: Instant
  package let navigation: Navigation
  /// What to tell once: the results of the last act.
  package let flashes: [Flash]
  /// How many notifications they have not read; nil where nobody counted.
  package let unread: Int?

  package init(
    name: String?, email: String? = nil, company: String, csrf: String, theme: Theme = .system,
    format: Format = .standard, now: Instant, navigation: Navigation, flashes: [Flash] = [], unread: Int? = nil
  ) {
    self.name = name
    self.email = email
    self.company = company
    self.csrf = csrf
    self.theme = theme
    self.format = format
    self.now = now
    self.navigation = navigation
    self.flashes = flashes
    self.unread = unread
  }

  /// The same viewer after their session got a new token: forms of the page carry what belongs to it.
  package func with(csrf: String) -> Viewer {
    Viewer(
      name: name, email: email, company: company, csrf: csrf, theme: theme, format: format, now: now,
      navigation: navigation, flashes: flashes)
  }

  package var today: Day { now.day(in: format.zone) }

  /// A day as people say it, exact on hover.
  package func time(_ day: Day) -> HTML { format.time(day, today: today) }

  /// A moment as people say it, exact on hover.
  package func time(_ instant: Instant) -> HTML { format.time(instant, now: now) }

  var initials: String {
    let words = (name ?? "").split(separator: " ")
    return (words.prefix(1) + (words.count > 1 ? words.suffix(1) : [])).compactMap(\.first).map(String.init).joined()
      .uppercased()
  }
}

/// The result of an act, told once at the top of the next page; with an offer to undo it where that is possible.
package struct Flash: Part {
  package let tone: Tone
  package let text: String
  package let undo: PostButton?

  package init(_ tone: Tone, _ text: String, undo: PostButton? = nil) {
    self.tone = tone
    self.text = text
    self.undo = undo
  }

  package var html: HTML {
    """
    <div class="vc-flash vc-tone-\(tone.rawValue)" role="\(tone == .bad ? "alert" : "status")">\
    \(Icon(tone.icon))<span class="vc-flash-text"><span class="visually-hidden">\(words: tone.word): </span>\(words: text)</span>\(undo)\
    </div>
    """
  }
}

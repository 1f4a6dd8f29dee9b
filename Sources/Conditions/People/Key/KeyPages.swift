import Kernel
import Web

/// Keys: one's own, or everybody's.
struct KeyListPage {
  let keys: [APIKey]
  let visit: Visit
  var isEverybody = false

  private var path: String { isEverybody ? "/keys/all" : "/keys" }

  var html: HTML {
    Shell.page(
      title: isEverybody ? "Everybody's keys" : "Your keys", path: path, viewer: visit.viewer,
      crumbs: isEverybody ? [Crumb("People", "/users")] : [Crumb("Your account", "/account")],
      lead: "A program signs in with a key. It may do what its owner may, as far as its scopes go.",
      actions: isEverybody
        ? HTML() : HTML("\(LinkButton("Make a key", "/keys/new", weight: .primary, icon: "key"))"),
      body: KeyTable(keys: keys, visit: visit, path: path, showsOwner: isEverybody).html)
  }
}

/// A table of keys with what they may do.
struct KeyTable: Part {
  let keys: [APIKey]
  let visit: Visit
  let path: String
  var showsOwner = false

  private var viewer: Viewer { visit.viewer }

  var html: HTML {
    var columns: [ListTable<APIKey>.Column] = [
      .init("Key", onCard: .title) { "\($0.name)" },
      .init("May", onCard: .fact) { key in
        "\(key.scopes.map { $0.map(\.text).joined(separator: ", ") } ?? "all that its owner may")"
      },
      .init("State", onCard: .fact) { state($0) },
      .init("Last used", onCard: .fact) { key in
        key.usedAt.map { "\(viewer.time($0)) from \(key.usedFrom)" } ?? "<span class=\"text-secondary\">never</span>"
      },
      .init("", onCard: .fact) { key in
        key.isOver(at: visit.now)
          ? HTML()
          : PostButton(
            "Revoke", action: "/keys/\(key.id)/revocation", csrf: viewer.csrf, weight: .quiet,
            fields: [("return", path)]
          ).html
      },
    ]
    if showsOwner { columns.insert(.init("Owner", onCard: .fact) { "\($0.userName)" }, at: 1) }
    return ListTable(
      "\(viewer.format.count(keys.count, "key", "keys")), the newest first", rows: keys, columns: columns,
      state: ListState(path: path),
      empty: EmptyState(
        "There are no keys", reason: "A key lets a program do, over the API, what its owner may do.", icon: "key",
        action: showsOwner ? HTML() : HTML("\(LinkButton("Make a key", "/keys/new", weight: .primary))"))
    ).html
  }

  private func state(_ key: APIKey) -> HTML {
    if let at = key.revokedAt { return "\(Badge("revoked")) \(viewer.time(at)) by \(key.revokedBy)" }
    return visit.now >= key.expiresAt
      ? "\(Badge("expired", .watch)) \(viewer.time(key.expiresAt))"
      : "\(Badge("works", .good)) until \(viewer.time(key.expiresAt))"
  }
}

/// The form to make a key with.
struct NewKeyPage {
  let visit: Visit
  var problem: Problem?

  var html: HTML {
    Shell.page(
      title: "Make a key", path: "/keys", viewer: visit.viewer,
      crumbs: [Crumb("Your account", "/account"), Crumb("Your keys", "/keys")], width: .narrow,
      body: Form(
        action: "/keys", csrf: visit.viewer.csrf, submit: "Make the key",
        rows: [
          .field(
            Field("name", "What is it for", .text, isRequired: true, placeholder: "Nightly export", isFocused: true)),
          .field(
            Field(
              "days", "It lasts", .whole, value: "\(KeyDraft.standardDays)", hint: "1 to \(KeyDraft.mostDays) days.",
              isRequired: true, unit: "days")),
          .section("What it may do", hint: "Never more than you may do yourself, now or later."),
          .field(Field("all", "All that I may do", .checkbox)),
          .html(scopes),
        ], values: visit.fields.dictionary, problems: problem.map { [$0] } ?? [], cancel: "/keys"
      ).html)
  }

  private var chosen: Set<String> { Set(visit.fields.values(of: "scopes")) }

  /// A line for each noun of which the person may do anything.
  private var scopes: HTML {
    let nouns = Actor.Noun.allCases.filter { noun in Actor.Verb.allCases.contains { visit.actor.may($0, noun) } }
    return """
      <fieldset class="vc-field"><legend class="vc-label">Or only this</legend><div class="vc-table-frame">\
      <table class="vc-table vc-scopes"><thead><tr><th scope="col">Kind of record</th><th scope="col">See</th>\
      <th scope="col">Change</th></tr></thead><tbody>\(nouns.html(line))</tbody></table></div></fieldset>
      """
  }

  private func line(_ noun: Actor.Noun) -> HTML {
    "<tr><th scope=\"row\">\(noun.rawValue)</th><td>\(box(noun, .see))</td><td>\(box(noun, .write))</td></tr>"
  }

  private func box(_ noun: Actor.Noun, _ access: KeyScope.Access) -> HTML {
    guard access.verbs.contains(where: { visit.actor.may($0, noun) }) else { return HTML() }
    let text = KeyScope(noun, access).text
    return """
      <input class="form-check-input" type="checkbox" name="scopes" value="\(text)"\
      \(flag: "checked", chosen.contains(text)) aria-label="\(words: access == .see ? "See" : "Change") \(noun.rawValue)">
      """
  }
}

/// The token of a new key, shown once.
struct KeyTokenPage {
  let key: APIKey
  let token: String
  let viewer: Viewer

  var html: HTML {
    Shell.page(
      title: "The key \(key.name)", path: "/keys", viewer: viewer,
      crumbs: [Crumb("Your account", "/account"), Crumb("Your keys", "/keys")], width: .narrow,
      body: """
        \(HandedLink(
          words: "Give this to the program; it sends it as <code>Authorization: Bearer …</code>:", link: token,
          note: "It works until \(viewer.time(key.expiresAt)). It is shown only now."))
        <p>\(LinkButton("Done", "/keys", weight: .primary))</p>
        """)
  }
}

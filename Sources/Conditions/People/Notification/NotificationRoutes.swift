import Customers
import Kernel
import Records
import Web

/// What somebody was told: the list, reading, and what they want to hear of. Everybody reads their own.
package struct NotificationRoutes: Sendable {
  package static let path = "/notifications"
  let notifications: Notifications

  package init(_ notifications: Notifications) { self.notifications = notifications }

  package var routes: [Route] {
    [
      Route(
        .get, Self.path, .signedIn, "Lists what you were told, the newest first.", answer: .of(Sheet.self),
        inputs: [
          .init("unread", "Only what you have not read", .flag), .init("after", "Where the page begins", .integer),
          .init("size", "Rows of a page, 1 to 200", .integer),
          .init("user", "Whose, by address; heard from the operator of the machine only"),
        ], action: list),
      Route(
        .get, "\(Self.path)/count", .signedIn, "How many you have not read, up to 100.", answer: .of([String: Int].self)
      ) { visit in
        let count = if let user = visit.actor.user { try await notifications.unread(user) } else { 0 }
        return .json(["unread": count])
      },
      Route(
        .get, "\(Self.path)/{id}", .signedIn,
        "One notification; a browser goes on to what it is about and has read it.", answer: .of(Notification.self)
      ) { visit in
        let one = try await notifications.find(visit.id(), for: visit.actor)
        guard visit.face == .html else { return .json(one) }
        return .redirect(to: one.path ?? Self.path)
      },
      Route(.post, "\(Self.path)/reading", .signedIn, "Says you have read everything.", answer: .of([String: Int].self))
      { visit in
        let count = try await notifications.read(by: visit.actor)
        return .changed(
          visit, to: visit.returning(Self.path), json: ["read": count], flash: Flash(.good, "Everything is read."))
      },
      Route(
        .post, "\(Self.path)/{id}/reading", .signedIn, "Says you have read one.", answer: .of([String: Bool].self),
        action: read),
      Route(
        .delete, "\(Self.path)/{id}/reading", .signedIn, "Takes back that you have read one.",
        answer: .of([String: Bool].self)
      ) { visit in
        try await notifications.unread(visit.id(), by: visit.actor)
        return .changed(visit, to: Self.path, json: ["read": false])
      },
      Route(
        .get, "\(Self.path)/preferences", .signedIn, "What you want to be told of.", answer: .of([String: Bool].self),
        action: preferences),
      Route(
        .put, "\(Self.path)/preferences", .signedIn, "Says what you want to be told of.",
        answer: .of([String: Bool].self),
        inputs: Notice.Kind.allCases.map { .init($0.rawValue, $0.word, .flag) }, action: prefer),
    ]
  }

  struct Sheet: Encodable, Sendable {
    let rows: [Notification]
    let next: String?
  }

  @Sendable private func list(_ visit: Visit) async throws -> Answer {
    let onlyUnread = ["1", "true"].contains(visit.query["unread"] ?? "")
    let page = try await notifications.list(
      onlyUnread: onlyUnread, after: try visit.query.integer("after", in: 1...Int64.max).map { ID($0) },
      size: Int(try visit.query.integer("size", in: 1...200) ?? 50),
      for: try await notifications.reader(visit.query["user"], for: visit.actor))
    return .both(visit, json: Sheet(rows: page.rows, next: page.next)) {
      NotificationListPage(page: page, onlyUnread: onlyUnread, visit: visit).html
    }
  }

  @Sendable private func read(_ visit: Visit) async throws -> Answer {
    let id: ID<Notification> = try visit.id()
    let one = try await notifications.find(id, for: visit.actor)
    try await notifications.read(id, by: visit.actor)
    return .changed(visit, to: visit.returning(one.path ?? Self.path), json: ["read": true])
  }

  @Sendable private func preferences(_ visit: Visit) async throws -> Answer {
    let wanted = try await notifications.preferences(of: visit.actor)
    let named = Dictionary(wanted.map { ($0.rawValue, $1) }, uniquingKeysWith: { first, _ in first })
    return .both(visit, json: named) { NotificationPreferencePage(wanted: wanted, visit: visit).html }
  }

  @Sendable private func prefer(_ visit: Visit) async throws -> Answer {
    var wanted: [Notice.Kind: Bool] = [:]
    for kind in Notice.Kind.allCases {
      // In a form an unticked box is not sent; a program names what it changes.
      let value = visit.fields[kind.rawValue] ?? (visit.face == .html ? "" : nil)
      if let value { wanted[kind] = value == "1" || value == "true" }
    }
    try await notifications.prefer(wanted, by: visit.actor)
    return .changed(
      visit, to: "\(Self.path)/preferences", json: ["saved": true], flash: Flash(.good, "Saved."))
  }
}

/// What somebody was told, the newest first.
struct NotificationListPage {
  let page: Page<Notification>
  let onlyUnread: Bool
  let visit: Visit

  private var path: String { NotificationRoutes.path }

  var html: HTML {
    Shell.page(
      title: "Notifications", path: path, viewer: visit.viewer, actions: actions, width: .narrow,
      body: "\(tabs)\(table)")
  }

  private var actions: HTML {
    let hasUnread = page.rows.contains { $0.readAt == nil }
    let all = PostButton("All read", action: "\(path)/reading", csrf: visit.viewer.csrf, icon: "checks")
    let settings = LinkButton("What I am told", "\(path)/preferences", weight: .quiet, icon: "settings")
    return "\(settings) \(when: hasUnread, all.html)"
  }

  private var tabs: Tabs {
    Tabs(
      "Notifications",
      [
        .init("All", path: path, isCurrent: !onlyUnread),
        .init("Unread", path: Address.path(path, [("unread", "1")]), isCurrent: onlyUnread),
      ])
  }

  private var table: ListTable<Notification> {
    let viewer = visit.viewer
    return ListTable(
      onlyUnread ? "What you have not read" : "What you were told, newest first", rows: page.rows,
      columns: [
        .init("What", onCard: .title) { NotificationLine(notification: $0, viewer: viewer).html },
        .init("When", onCard: .fact) { viewer.time($0.createdAt) },
        .init("", onCard: .fact) { one in
          one.readAt == nil
            ? PostButton(
              "Read", action: "\(NotificationRoutes.path)/\(one.id)/reading", csrf: viewer.csrf, weight: .quiet,
              icon: "check", fields: [("return", NotificationRoutes.path)]
            ).html : HTML()
        },
      ],
      state: ListState(path: path, parameters: [("unread", onlyUnread ? "1" : "")], next: page.next),
      empty: EmptyState(
        onlyUnread ? "Everything is read" : "Nothing yet",
        reason: "You are told when a task is given to you, a reminder comes, or somebody mentions you.", icon: "bell"))
  }
}

/// One notification as a line: pressing it reads it and leads to what it is about.
struct NotificationLine: Part {
  let notification: Notification
  let viewer: Viewer

  var html: HTML {
    let inside: HTML =
      "\(Icon(notification.kind.icon))<span>\(notification.text)</span>\(when: notification.readAt == nil, "<span class=\"vc-unread\">unread</span>")"
    guard notification.readAt == nil, notification.path != nil else {
      return notification.path.map { "<a class=\"vc-note-line\" href=\"\(url: $0)\">\(inside)</a>" as HTML }
        ?? "<span class=\"vc-note-line\">\(inside)</span>"
    }
    return """
      <form class="vc-post vc-note-form" method="post" action="/notifications/\(notification.id)/reading">\
      \(Form.hidden(csrf: viewer.csrf))<button type="submit" class="vc-note-line">\(inside)</button></form>
      """
  }
}

/// What somebody wants to be told of.
struct NotificationPreferencePage {
  let wanted: [Notice.Kind: Bool]
  let visit: Visit

  var html: HTML {
    let path = NotificationRoutes.path
    return Shell.page(
      title: "What I am told", path: path, viewer: visit.viewer, crumbs: [Crumb("Notifications", path)],
      width: .narrow,
      body: Form(
        action: "\(path)/preferences", method: .put, csrf: visit.viewer.csrf, submit: "Save",
        fields: Notice.Kind.allCases.map { kind in
          Field(kind.rawValue, kind.word, .checkbox, value: wanted[kind] ?? true ? "1" : "")
        }, cancel: path
      ).html)
  }
}

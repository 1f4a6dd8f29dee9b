import Kernel
import Web

/// The webhooks of the company.
struct WebhookListPage {
  let webhooks: [Webhook]
  let visit: Visit

  var html: HTML {
    let viewer = visit.viewer
    return Shell.page(
      title: "Webhooks", path: WebhookRoutes.path, viewer: viewer,
      lead: "Addresses of other programs that are told what happens here.",
      actions: LinkButton("New webhook", "/webhooks/new", weight: .primary, icon: "plus").html,
      body: ListTable(
        "\(viewer.format.count(webhooks.count, "webhook", "webhooks"))", rows: webhooks,
        columns: [
          .init("Name", onCard: .title) { "<a href=\"\(url: "/webhooks/\($0.id)")\">\($0.name)</a>" },
          .init("Address", onCard: .fact) { "<span class=\"text-break\">\($0.address)</span>" },
          .init("Told of", onCard: .fact) { "\(WebhookWords.kinds($0.kinds))" },
          .init("State", onCard: .fact) { WebhookWords.state($0) }, .init("Made by") { "\($0.by)" },
        ],
        state: ListState(path: WebhookRoutes.path),
        empty: EmptyState(
          "No webhooks", reason: "A webhook posts to an address of yours when a record is made or changed.",
          icon: "webhook", action: LinkButton("Add the first one", "/webhooks/new", weight: .primary).html)
      ).html)
  }
}

/// Words for what webhooks do.
enum WebhookWords {
  static func kinds(_ kinds: [String]) -> String {
    if kinds.contains("*") { return "everything" }
    return kinds.prefix(4).joined(separator: ", ") + (kinds.count > 4 ? " and \(kinds.count - 4) more" : "")
  }

  static func state(_ webhook: Webhook) -> HTML {
    webhook.isActive ? Badge("Sends", .good).html : Badge("Paused", .watch).html
  }

  static func state(_ delivery: WebhookDelivery) -> HTML {
    let tone: Tone =
      switch delivery.state {
      case .delivered: .good
      case .parked: .bad
      case .waiting: delivery.tries > 0 ? .watch : .neutral
      case .withheld: .neutral
      }
    return Badge(delivery.state.word, tone).html
  }

  static func outcome(_ delivery: WebhookDelivery) -> HTML {
    if let status = delivery.status { return "\(status) in \(delivery.milliseconds ?? 0) ms" }
    return "\(delivery.problem ?? (delivery.state == .withheld ? "not sent" : "none yet"))"
  }
}

/// One webhook: what it is told of, whether it sends, what it sent.
struct WebhookPage {
  let webhook: Webhook
  let log: Page<WebhookDelivery>
  let state: WebhookDelivery.State?
  let visit: Visit
  var secret: String?
  var problem: Problem?

  private var path: String { "/webhooks/\(webhook.id)" }
  private var csrf: String { visit.viewer.csrf }

  var html: HTML {
    Shell.page(
      title: webhook.name, path: WebhookRoutes.path, viewer: visit.viewer,
      crumbs: [Crumb("Webhooks", WebhookRoutes.path)],
      lead:
        "Posts to <span class=\"text-break\">\(webhook.address)</span> about \(WebhookWords.kinds(webhook.kinds)), with the rights of \(webhook.by).",
      actions: actions, body: "\(secretBox)\(pauseBox)\(table.html)\(replaying)\(settings)")
  }

  private var actions: HTML {
    let pause =
      webhook.isActive
      ? PostButton("Pause", action: "\(path)/pause", csrf: csrf, icon: "player-pause")
      : PostButton(
        "Send again", action: "\(path)/pause", csrf: csrf, method: .delete, weight: .primary, icon: "player-play")
    let test = PostButton("Send a test", action: "\(path)/pings", csrf: csrf, icon: "send")
    // With whose rights it tells cannot be changed, so nobody else says what it tells to whom.
    let change = LinkButton("Change", "\(path)/edit", icon: "pencil")
    return "\(when: webhook.isActive, test.html)\(pause)\(when: webhook.user == visit.actor.user, change.html)"
  }

  private var secretBox: HTML {
    guard let secret else { return HTML() }
    return """
      <section class="card mb-3" role="status"><div class="card-body"><h2>The secret of this webhook</h2>
      <p><code class="text-break">\(secret)</code></p>
      <p>Keep it where the receiving program finds it; it is not shown again. Every message carries the header \
      <code>\(WebhookSignature.header): t=…,v1=…</code>, where <code>v1</code> is the HMAC-SHA256 of <code>t</code>, a full \
      stop and the body. Refuse what does not fit, and what is older than five minutes.</p></div></section>
      """
  }

  private var pauseBox: HTML {
    guard let pause = webhook.pause else { return HTML() }
    return """
      <section class="card mb-3" role="status"><div class="card-body"><h2>Paused</h2>
      <p>\(pause.reason) By \(pause.by), \(visit.viewer.time(pause.at)). What happens meanwhile waits and is sent in order \
      afterwards.</p></div></section>
      """
  }

  private var table: ListTable<WebhookDelivery> {
    let viewer = visit.viewer
    let parameters = state.map { [("state", $0.rawValue)] } ?? []
    return ListTable(
      "\(state.map { "\(words: $0.word): the" } ?? "The") newest \(viewer.format.count(log.rows.count, "message", "messages"))",
      rows: log.rows,
      columns: [
        .init("What", onCard: .title) { row in
          "<a href=\"\(url: "\(path)/deliveries/\(row.id)")\">\(row.kind)</a>\(when: row.isReplay, " again")"
        },
        .init("When", onCard: .fact) { viewer.time($0.createdAt) },
        .init("State", onCard: .fact) { WebhookWords.state($0) },
        .init("Last answer", onCard: .fact) { WebhookWords.outcome($0) },
        .init("Tries", isNumber: true) { "\($0.tries)" },
        .init("Place", isNumber: true) { "\($0.place.map(String.init) ?? "")" },
      ],
      state: ListState(
        path: path, parameters: parameters, next: log.next,
        chips: state.map { [.init("\($0.word)", without: path)] } ?? []),
      empty: EmptyState(
        "Nothing was sent yet", reason: "Send a test, or change a record it is told of.", icon: "send"),
      filters: filter)
  }

  private var filter: HTML {
    HTML(
      """
      \(Form(
        action: path, method: .get, csrf: "", submit: "Show",
        fields: [
          Field(
            "state", "State",
            .select([.init("", "All")] + WebhookDelivery.State.allCases.map { .init($0.rawValue, $0.word) }),
            value: state?.rawValue ?? "")
        ]))
      """)
  }

  private var replaying: HTML {
    """
    <section class="mt-4"><h2>Send again</h2><p class="vc-lead">Places are the numbers at the right of the log. Receivers tell a \
    repetition by the same <code>id</code>.</p><div class="mt-3">\(Form(
      action: "\(path)/replays", csrf: csrf, submit: "Send again",
      fields: [
        Field("from", "From place", .whole, isRequired: true),
        Field("through", "Through place", .whole, hint: "Only the first when left empty."),
        Field("onlyParked", "Only what was given up", .checkbox),
      ], values: problem == nil ? [:] : visit.fields.dictionary, problems: problem.map { [$0] } ?? []))</div></section>
    """
  }

  private var settings: HTML {
    """
    <section class="mt-4"><h2>Secret and end</h2><p class="vc-lead">A new secret holds from the next message on.</p>\
    <div class="vc-actions mt-3">\(PostButton("New secret", action: "\(path)/secret", csrf: csrf, method: .put))\
    \(PostButton("Remove this webhook", action: path, csrf: csrf, method: .delete, weight: .danger))</div></section>
    """
  }
}

/// One message and every try to deliver it.
struct WebhookDeliveryPage {
  let webhook: Webhook
  let delivery: WebhookDelivery
  let tries: [WebhookTry]
  let visit: Visit

  var html: HTML {
    let viewer = visit.viewer
    let path = "/webhooks/\(webhook.id)"
    let place = delivery.place.map { [("from", String($0))] }
    return Shell.page(
      title: delivery.kind, path: WebhookRoutes.path, viewer: viewer,
      crumbs: [Crumb("Webhooks", WebhookRoutes.path), Crumb(webhook.name, path)],
      lead: lead,
      actions: place.map { fields in
        PostButton(
          "Send again", action: "\(path)/replays", csrf: viewer.csrf, icon: "refresh",
          fields: fields.map { (name: $0.0, value: $0.1) }
        ).html
      } ?? HTML(),
      body: ListTable(
        "\(viewer.format.count(tries.count, "try", "tries"))", rows: tries,
        columns: [
          .init("Try", onCard: .title) { "\($0.number)" }, .init("When", onCard: .fact) { viewer.time($0.at) },
          .init("Status", onCard: .fact) { "\($0.status.map(String.init) ?? "none")" },
          .init("Took", isNumber: true, onCard: .fact) { "\($0.milliseconds) ms" },
          .init("Answer", onCard: .fact) { "<span class=\"text-break\">\($0.problem ?? $0.answer)</span>" },
        ],
        state: ListState(path: path),
        empty: EmptyState("Not tried yet", reason: "It waits for its turn.", icon: "send")
      ).html)
  }

  private var lead: HTML {
    switch delivery.state {
    case .waiting where delivery.tries > 0: "Waiting to be tried again, \(visit.viewer.time(delivery.nextAt))."
    case .waiting: "Waiting for its turn."
    case .delivered: "Delivered."
    case .parked: "Given up after \(delivery.tries) tries. It can be sent again."
    case .withheld: "Not sent: \(webhook.by) may not see the record, or it is gone."
    }
  }
}

/// The form for a webhook.
struct WebhookForm {
  let webhook: Webhook?
  let visit: Visit
  var problem: Problem?

  var html: HTML {
    let title = webhook.map { "Change \($0.name)" } ?? "New webhook"
    let path = webhook.map { "/webhooks/\($0.id)" } ?? WebhookRoutes.path
    return Shell.page(
      title: title, path: WebhookRoutes.path, viewer: visit.viewer, crumbs: [Crumb("Webhooks", WebhookRoutes.path)],
      lead: "It is told no more than you may see yourself, now and later.", width: .narrow,
      body: Form(
        action: path, method: webhook == nil ? .post : .put, csrf: visit.viewer.csrf,
        submit: webhook == nil ? "Add" : "Save", fields: fields, values: values, problems: problem.map { [$0] } ?? [],
        cancel: path
      ).html)
  }

  private static let usual: [Actor.Noun] = [
    .customer, .contact, .interaction, .task, .consent, .purchase, .observation, .decision, .importRun, .form,
  ]

  private var fields: [Field] {
    let everything = [Field.Option("*", "Everything", hint: "Now and in later versions.")]
    let nouns = Self.usual.map { Field.Option("\($0.rawValue).*", "Every change of \($0.rawValue) records") }
    let listed = Set(["*"] + Self.usual.map { "\($0.rawValue).*" })
    let others = (webhook?.kinds ?? []).filter { !listed.contains($0) }
    return [
      Field("name", "Name", .text, value: webhook?.name ?? "", isRequired: true),
      Field(
        "address", "Address", .url, value: webhook?.address ?? "",
        hint: "It begins with https:// and is reached from the public internet.", isRequired: true),
      Field(
        "kinds", "Told of", .checkboxes(everything + nouns),
        value: (webhook?.kinds ?? []).filter(listed.contains).joined(separator: ",")),
      Field(
        "more", "Or only these events", .text, value: others.joined(separator: ", "),
        hint: "Such as <code>customer.created, import.finished</code>. The page Changes shows what there is."),
      Field("version", "", .hidden, value: webhook.map { String($0.version) } ?? ""),
    ]
  }

  private var values: [String: String] {
    guard problem != nil else { return [:] }
    var typed = visit.fields.dictionary
    typed["kinds"] = visit.fields.values(of: "kinds").joined(separator: ",")
    return typed
  }
}

import Customers
import Kernel
import Web

/// Webhooks: the list, one with its log, making, changing, pausing, testing and replaying.
package struct WebhookRoutes: Sendable {
  package static let path = "/webhooks"

  let webhooks: Webhooks
  let deliveries: WebhookDeliveries
  let outlets: Outlets

  package init(_ webhooks: Webhooks, deliveries: WebhookDeliveries, outlets: Outlets) {
    self.webhooks = webhooks
    self.deliveries = deliveries
    self.outlets = outlets
  }

  private static let inputs: [Route.Input] = [
    .init("name", "What it is called here", required: true),
    .init("address", "Where it is told, beginning with https://", required: true),
    .init(
      "kinds", "What it is told of: kinds of event, customer.* for all of a noun, * for everything", .list,
      required: true),
  ]

  package var routes: [Route] { reading + changing + sending }

  private var reading: [Route] {
    [
      Route(.get, Self.path, .may(.see, .webhook), "Lists the webhooks.", answer: .of([String: [Webhook]].self)) {
        visit in
        let all = try await webhooks.all(for: visit.actor)
        return .both(visit, json: ["rows": all]) { WebhookListPage(webhooks: all, visit: visit).html }
      },
      Route(.get, "/webhooks/new", .may(.create, .webhook), "The form for a new webhook.", isInAPI: false) { visit in
        .page(WebhookForm(webhook: nil, visit: visit).html)
      },
      Route(.get, "/webhooks/{id}", .may(.see, .webhook), "One webhook.", answer: .of(Webhook.self), action: show),
      Route(.get, "/webhooks/{id}/edit", .may(.edit, .webhook), "The form to change a webhook.", isInAPI: false) {
        visit in
        let webhook = try await webhooks.find(visit.id(), .edit, for: visit.actor)
        return .page(WebhookForm(webhook: webhook, visit: visit).html)
      },
      Route(
        .get, "/webhooks/{id}/deliveries", .may(.see, .webhook), "What it was told, newest first.",
        answer: .of(DeliveryList.self),
        inputs: [
          .init("state", "Only those in this state", choices: WebhookDelivery.State.allCases.map(\.rawValue)),
          .init("before", "Deliveries before this number", .integer, in: 1...Int64.max),
          .init("size", "Rows of a page, 1 to 200; 50 when left out", .integer, in: 1...200),
        ], action: log),
      Route(
        .get, "/webhooks/{id}/deliveries/{delivery}", .may(.see, .webhook), "One delivery with every try.",
        answer: .of(DeliverySheet.self),
        action: showDelivery),
    ]
  }

  private var changing: [Route] {
    [
      Route(
        .post, Self.path, .may(.create, .webhook),
        "Makes a webhook. The answer holds the secret its messages are signed with; it is never shown again.",
        answer: .of(WithSecret.self, 200, 201), inputs: Self.inputs, action: create),
      Route(
        .put, "/webhooks/{id}", .may(.edit, .webhook), "Changes a webhook; send the version it was read at.",
        answer: .of(Webhook.self),
        inputs: Self.inputs + [.init("version", "The version, unless If-Match names it", .integer, in: 1...Int64.max)],
        action: edit),
      Route(
        .delete, "/webhooks/{id}", .may(.delete, .webhook), "Removes a webhook and its log.",
        answer: .of([String: Bool].self)
      ) { visit in
        let gone = try await webhooks.delete(visit.id(), by: visit.actor)
        return .changed(visit, to: Self.path, json: ["deleted": true], flash: Flash(.good, "\(gone.name) is removed."))
      },
      Route(
        .put, "/webhooks/{id}/secret", .may(.edit, .webhook),
        "Makes a new secret. The answer holds it; it is never shown again.", answer: .of(WithSecret.self), action: renew
      ),
    ]
  }

  private var sending: [Route] {
    [
      Route(
        .post, "/webhooks/{id}/pause", .may(.edit, .webhook), "Stops sending; what happens meanwhile waits.",
        answer: .of(Webhook.self, 200),
        inputs: [.init("reason", "Why")]
      ) { visit in
        let paused = try await webhooks.pause(visit.id(), reason: visit.fields["reason"] ?? "", by: visit.actor)
        return .changed(visit, to: "/webhooks/\(paused.id)", json: paused, flash: Flash(.good, "Paused."))
      },
      Route(
        .delete, "/webhooks/{id}/pause", .may(.edit, .webhook), "Sends again, beginning with what waited.",
        answer: .of(Webhook.self)
      ) {
        visit in
        let active = try await webhooks.resume(visit.id(), by: visit.actor)
        return .changed(visit, to: "/webhooks/\(active.id)", json: active, flash: Flash(.good, "It sends again."))
      },
      Route(
        .post, "/webhooks/{id}/pings", .may(.edit, .webhook), "Sends a test.",
        answer: .of(WebhookDelivery.self, 200, 201)
      ) { visit in
        let ping = try await deliveries.ping(visit.id(), by: visit.actor, once: try visit.once())
        let path = visit.face == .html ? "/webhooks/\(ping.webhook)" : "/webhooks/\(ping.webhook)/deliveries/\(ping.id)"
        return .changed(
          visit, to: path, status: 201, json: ping,
          flash: Flash(.good, "A test is on its way; load the page again to see the answer."))
      },
      Route(
        .post, "/webhooks/{id}/replays", .may(.edit, .webhook),
        "Sends again what was sent, given up or withheld before: one place or a range.",
        answer: .of(WebhookReplay.self, 200, 201),
        inputs: [
          .init("from", "The first place", .integer, required: true, in: 1...Int64.max),
          .init("through", "The last place; only the first when left out", .integer, in: 1...Int64.max),
          .init("onlyParked", "Only what was given up", .flag),
        ], action: replay),
    ]
  }

  @Sendable private func show(_ visit: Visit) async throws -> Answer {
    let webhook = try await webhooks.find(visit.id(), for: visit.actor)
    if visit.face == .json { return Answer.json(webhook).tagged(webhook.version) }
    return .page(try await page(webhook, visit))
  }

  private func page(
    _ webhook: Webhook, _ visit: Visit, secret: String? = nil, problem: Problem? = nil
  ) async throws -> HTML {
    let state = visit.query["state"].flatMap(WebhookDelivery.State.init(rawValue:))
    let before = try visit.query.integer("after", in: 1...Int64.max)
    let log = try await deliveries.list(of: webhook.id, state: state, before: before, for: visit.actor)
    return WebhookPage(webhook: webhook, log: log, state: state, visit: visit, secret: secret, problem: problem).html
  }

  @Sendable private func log(_ visit: Visit) async throws -> Answer {
    let state = try visit.query["state"].flatMap { $0.isEmpty ? nil : $0 }.map { text in
      guard let state = WebhookDelivery.State(rawValue: text) else {
        throw Problem(
          .invalid, field: "state", "“\(text.prefix(40))” is no state of a delivery.",
          mend: "Use \(Format.list(WebhookDelivery.State.allCases.map(\.rawValue), or: true)).")
      }
      return state
    }
    let id: ID<Webhook> = try visit.id()
    guard visit.face == .json else { return .redirect(to: "/webhooks/\(id)") }
    let page = try await deliveries.list(
      of: id, state: state, before: try visit.query.integer("before", in: 1...Int64.max),
      size: Int(try visit.query.integer("size", in: 1...200) ?? 50), for: visit.actor)
    return .json(DeliveryList(rows: page.rows, next: page.next))
  }

  struct DeliveryList: Encodable, Sendable {
    let rows: [WebhookDelivery]
    let next: String?
  }

  struct DeliverySheet: Encodable, Sendable {
    let delivery: WebhookDelivery
    let tries: [WebhookTry]
  }

  @Sendable private func showDelivery(_ visit: Visit) async throws -> Answer {
    let webhook = try await webhooks.find(visit.id(), for: visit.actor)
    let found = try await deliveries.find(visit.id("delivery"), of: webhook.id, for: visit.actor)
    return .both(visit, json: DeliverySheet(delivery: found.delivery, tries: found.tries)) {
      WebhookDeliveryPage(webhook: webhook, delivery: found.delivery, tries: found.tries, visit: visit).html
    }
  }

  struct WithSecret: Encodable, Sendable {
    let webhook: Webhook
    /// nil in an answer that is repeated.
    let secret: String?
  }

  @Sendable private func create(_ visit: Visit) async throws -> Answer {
    do {
      let (made, secret) = try await webhooks.create(try draft(visit), by: visit.actor, once: try visit.once())
      guard visit.face == .html else {
        var answer = Answer.json(WithSecret(webhook: made, secret: secret), status: 201)
        answer.headers.append(("Location", "/api/v1/webhooks/\(made.id)"))
        return answer
      }
      return .page(try await page(made, visit, secret: secret), status: 201)
    } catch let problem as Problem where visit.face == .html && [.invalid, .notAllowed].contains(problem.kind) {
      return .page(WebhookForm(webhook: nil, visit: visit, problem: problem).html, status: problem.kind.status)
    }
  }

  @Sendable private func edit(_ visit: Visit) async throws -> Answer {
    let id: ID<Webhook> = try visit.id()
    let before = try await webhooks.find(id, .edit, for: visit.actor)
    do {
      guard let version = try visit.ifMatch ?? visit.fields.integer("version", in: 1...Int64.max) else {
        throw Problem(
          .invalid, field: "version", "The version is missing.", mend: "Send the version the webhook was read at.")
      }
      let after = try await webhooks.edit(id, try draft(visit), version: version, by: visit.actor)
      return .changed(visit, to: "/webhooks/\(id)", json: after, flash: Flash(.good, "Saved.")).tagged(after.version)
    } catch let problem as Problem
      where visit.face == .html && [.invalid, .conflict, .notAllowed].contains(problem.kind)
    {
      return .page(WebhookForm(webhook: before, visit: visit, problem: problem).html, status: problem.kind.status)
    }
  }

  @Sendable private func renew(_ visit: Visit) async throws -> Answer {
    let id: ID<Webhook> = try visit.id()
    let secret = try await webhooks.renewSecret(of: id, by: visit.actor)
    let webhook = try await webhooks.find(id, for: visit.actor)
    if visit.face == .json { return .json(WithSecret(webhook: webhook, secret: secret)) }
    return .page(try await page(webhook, visit, secret: secret))
  }

  @Sendable private func replay(_ visit: Visit) async throws -> Answer {
    let id: ID<Webhook> = try visit.id()
    do {
      guard let from = try visit.fields.integer("from", in: 1...Int64.max) else {
        throw Problem(.invalid, field: "from", "The first place is missing.", mend: "Take it from the log.")
      }
      let through = try visit.fields.integer("through", in: 1...Int64.max) ?? from
      let made = try await deliveries.replay(
        id, from: from, through: through, onlyParked: visit.fields["onlyParked"] == "1", by: visit.actor,
        once: try visit.once())
      return .changed(
        visit, to: "/webhooks/\(id)", status: 201, json: made,
        flash: Flash(.good, "\(visit.viewer.format.count(made.queued, "message is", "messages are")) sent again."))
    } catch let problem as Problem where visit.face == .html && [.invalid, .notFound].contains(problem.kind) {
      let webhook = try await webhooks.find(id, for: visit.actor)
      return .page(try await page(webhook, visit, problem: problem), status: problem.kind.status)
    }
  }

  private func draft(_ visit: Visit) throws -> Webhook.Draft {
    try Webhook.Draft(
      name: visit.fields["name"] ?? "", address: visit.fields["address"] ?? "",
      kinds: visit.fields.values(of: "kinds") + visit.fields.values(of: "more"), outlets: outlets)
  }
}

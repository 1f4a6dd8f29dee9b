import Kernel
import Web

/// The form for a customer, new or known.
struct CustomerForm {
  let customer: Customer?
  let visit: Visit
  var problem: Problem?

  var html: HTML {
    let title = customer.map { "Change \($0.name)" } ?? "Add a customer"
    let path = customer.map { "/customers/\($0.id)" }
    return Shell.page(
      title: title, path: "/customers", viewer: visit.viewer,
      crumbs: [Crumb("Customers", "/customers")] + (customer.map { [Crumb($0.name, "/customers/\($0.id)")] } ?? []),
      width: .narrow,
      body: Form(
        action: path ?? "/customers", method: customer == nil ? .post : .put, csrf: visit.viewer.csrf,
        submit: customer == nil ? "Add" : "Save", fields: fields, values: visit.fields.dictionary,
        problems: problem.map { [$0] } ?? [], cancel: path ?? "/customers"
      ).html)
  }

  private var fields: [Field] {
    all.filter { $0.name == "version" || visit.actor.writes($0.name, of: .customer, isPersonal: isPersonal($0)) }
  }

  private func isPersonal(_ field: Field) -> Bool { ["name", "email"].contains(field.name) }

  private var all: [Field] {
    [
      Field("name", "Name", .text, value: customer?.name ?? "", isRequired: true, isFocused: true),
      Field(
        "kind", "Kind", .select(Customer.Kind.allCases.map { Field.Option($0.rawValue, $0.word) }),
        value: customer?.kind.rawValue ?? "organisation", isRequired: true),
      Field("email", "E-mail", .email, value: customer?.email ?? ""),
      Field(
        "parent", "Stands under", .text, value: customer?.parent.map { "\($0)" } ?? "",
        hint: "The number at the end of the parent's address, for a site or a member of a household."),
      Field("version", "", .hidden, value: customer.map { "\($0.version)" } ?? ""),
    ]
  }
}

/// One customer: who it is, what it bought, what is known of it.
struct CustomerPage {
  let customer: Customer
  let parent: String?
  let traits: [Trait]
  let keys: [(source: String, key: String)]
  let children: [Customer]
  let purchases: [Purchase]
  let history: PurchaseSummary
  let drivers: [CostDriver.Total]
  let visit: Visit

  private var format: Format { visit.viewer.format }

  var html: HTML {
    Shell.page(
      title: customer.name, path: "/customers", viewer: visit.viewer, crumbs: [Crumb("Customers", "/customers")],
      lead: lead,
      actions: actions, body: "\(FigureRow(cards))\(facts)\(sites)\(observations)\(purchaseTable)\(driverTable)")
  }

  private var actions: HTML {
    let (actor, id) = (visit.actor, customer.id)
    return """
      \(when: actor.may(.see, .analysis), LinkButton("In the portfolio", "/portfolio/customers/\(id)", icon: "route").html) \
      \(when: actor.may(.see, .analysis), LinkButton("Ratings", "/portfolio/customers/\(id)/ratings", icon: "star").html) \
      \(when: actor.may(.edit, .customer), LinkButton("Change", "/customers/\(id)/edit", icon: "pencil").html)
      """
  }

  private var lead: HTML {
    let under: HTML? = customer.parent.flatMap { id in
      parent.map { ", under <a href=\"/customers/\(id)\">\($0)</a>" }
    }
    let kind = customer.hidden.contains("kind") ? "Customer" : customer.kind.word
    return "\(kind)\(under)\(customer.email.map { ", \($0)" })"
  }

  private var cards: [FigureCard] {
    let currency = format.currency
    let total = Double(history.minor) / Double(currency.minorPerMajor)
    let last = history.entries.last?.day
    func figure(_ id: String, _ title: String, _ value: Double?, _ unit: Figure.Unit, _ words: String) -> FigureCard {
      FigureCard(
        Figure(
          id: id, title: title, value: value, unit: unit, asOf: last, window: nil, method: "count", explanation: words,
          n: history.entries.count,
          missing: value == nil ? [.init("at least four days with a purchase", customers: 1)] : []), format: format)
    }
    return [
      figure(
        "customer.value", "Bought so far", total, .money(currency),
        "The sum of every purchase that was not cancelled, returns taken off."),
      figure(
        "customer.orderDays", "Days with a purchase", Double(history.orderDays.count), .count,
        "Days on which at least one order was placed; orders of one day count once."),
      figure(
        "customer.usualGap", "Usual days between", history.usualGap.map(Double.init), .days,
        "The middle one of the gaps between days with a purchase."),
    ]
  }

  private var facts: HTML {
    let rows: [(String, HTML)] =
      keys.map { ("Known as, in \($0.source)", "\($0.key)" as HTML) }
      + traits.map { trait in
        (
          trait.name,
          "\(trait.value)\(trait.source.map { " <span class=\"text-secondary\">from \($0)</span>" as HTML })"
        )
      }
    guard !rows.isEmpty else { return HTML() }
    return """
      <section class="vc-card"><h2 class="vc-card-title">What is declared</h2><dl class="vc-facts">\
      \(rows.html { "<div><dt>\($0.0)</dt><dd>\($0.1)</dd></div>" })</dl></section>
      """
  }

  private var sites: HTML {
    guard !children.isEmpty else { return HTML() }
    return """
      <section class="vc-card"><h2 class="vc-card-title">Under it</h2><ul>\
      \(children.html { "<li><a href=\"/customers/\($0.id)\">\($0.name)</a></li>" })\
      </ul></section>
      """
  }

  private var observations: HTML {
    let path = Address.path(ObservationRoutes.path, [("customer", "\(customer.id)")])
    return "<p>\(LinkButton("What was said and seen of \(customer.name)", path, icon: "eye"))</p>"
  }

  private var purchaseTable: HTML {
    let viewer = visit.viewer
    return """
      <section><h2>Purchases</h2>\(
        ListTable(
          "The newest \(purchases.count)", rows: purchases,
          columns: [
            .init("Day", onCard: .title) { viewer.time($0.day) },
            .init("Order", onCard: .fact) { "\($0.externalID)" },
            .init("What", onCard: .fact) {
              "\($0.kind == .return ? "Return" : "Order")\(when: $0.cancelledAt != nil, ", cancelled")"
            },
            .init("Lines", isNumber: true) { "\($0.lines)" },
            .init("Value", isNumber: true, onCard: .fact) {
              "\(viewer.format.exactMoney(Money(minor: $0.minor, viewer.format.currency)))"
            },
          ],
          state: ListState(path: "/customers/\(customer.id)"),
          empty: EmptyState(
            "No purchases yet", reason: "They come with a file of purchases.", icon: "shopping-cart",
            action: LinkButton("Import purchases", "/imports/new").html)))</section>
      """
  }

  private var driverTable: HTML {
    guard !drivers.isEmpty else { return HTML() }
    let format = format
    return """
      <section class="vc-card"><h2 class="vc-card-title">What serving it took</h2>\
      <div class="table-responsive" tabindex="0" role="region" aria-label="What serving it took">\
      <table class="table"><thead><tr>\
      <th scope="col">What</th><th scope="col" class="text-end">Times</th><th scope="col" class="text-end">Pieces</th>\
      <th scope="col" class="text-end">Minutes</th><th scope="col" class="text-end">Money</th></tr></thead><tbody>\
      \(drivers.html { """
        <tr><th scope="row">\($0.kind.rawValue)</th><td class="text-end">\(format.count($0.count))</td>\
        <td class="text-end">\(format.number($0.pieces, decimals: 0))</td>\
        <td class="text-end">\(format.number($0.minutes, decimals: 0))</td>\
        <td class="text-end">\(format.exactMoney(Money(minor: $0.minor, format.currency)))</td></tr>
        """ })</tbody></table></div></section>
      """
  }
}

import Kernel
import Records
import Web

/// One customer: what matters at the point of contact, what happened, who is there, what it bought.
struct CustomerPage {
  let sheet: CustomerSheet
  let sections: [CustomerSection.Shown]
  let consent: ConsentSheet?
  let sources: [TimelineSource]
  /// The way to the customers before and after it.
  let walk: HTML
  let visit: Visit

  private var customer: Customer { sheet.customer }
  private var viewer: Viewer { visit.viewer }
  private var format: Format { visit.viewer.format }
  private var actor: Actor { visit.actor }
  private var path: String { "/customers/\(customer.id)" }

  var html: HTML {
    let name = customer.shownName(to: actor)
    return Shell.page(
      title: name, path: "/customers", viewer: viewer,
      crumbs: [Crumb("Customers", visit.originList("/customers"))]
        + sheet.above.reversed().map { Crumb($0.name, "/customers/\($0.id)") },
      lead: "\(words: customer.isKindHidden ? "Customer" : customer.kind.word)", actions: actions,
      body: """
        \(walk)\(pointOfContact)\(FigureRow(cards))\
        <div class="vc-record"><div class="vc-record-main">\(placed(.main))\(quick)\(happened)</div>\
        <div class="vc-record-side">\(people)\(placed(.side))\(consents)\(tree)\(declared)</div></div>\
        \(PurchaseSection(sheet: sheet, visit: visit))
        """)
  }

  private var actions: HTML {
    let id = customer.id
    return """
      \(when: actor.may(.see, .analysis), LinkButton("In the portfolio", "/portfolio/customers/\(id)", icon: "route").html) \
      \(when: actor.may(.see, .analysis), LinkButton("Ratings", "/portfolio/customers/\(id)/ratings", icon: "star").html) \
      \(RecordMore(.customer, id.rawValue, isPerson: [.person, .household].contains(customer.kind), actor).html) \
      \(when: actor.may(.edit, .customer), LinkButton("Change", "/customers/\(id)/edit", icon: "pencil").html) \
      \(when: actor.may(.delete, .customer), PostButton(
        "Bin", action: "\(path)/bin", csrf: viewer.csrf, weight: .quiet, icon: "trash"
      ).html)
      """
  }

  private func placed(_ place: CustomerSection.Place) -> HTML {
    HTML.joined(sections.filter { $0.place == place }.map(\.html))
  }

  // The point of contact.

  private var pointOfContact: HTML {
    var rows: [(String, HTML)] = []
    func add(_ name: String, _ value: HTML?) {
      if let value, !value.isEmpty { rows.append((name, value)) }
    }
    add("Main contact", sheet.main.map(mainContact))
    add("Telephone", ReachLink.phone(customer.phone))
    add("E-mail", ReachLink.email(customer.email))
    add("Website", customer.website.map { "<a href=\"\(url: $0)\" rel=\"noopener noreferrer\">\($0)</a>" })
    let address =
      [
        customer.street, [customer.postalCode, customer.city].compactMap { $0 }.joined(separator: " "),
        customer.country,
      ]
      .compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: ", ")
    add("Address", "\(address)")
    add("Language", "\(customer.language)")
    add("Last contact", last)
    for section in sections where section.place == .fact { add(section.title, section.html) }
    add("Owner", sheet.ownerName.map { "\($0)" } ?? (actor.reads("owner", of: .customer) ? "nobody" : nil))
    add("Team", "\(sheet.teamName)")
    add("Note", customer.note.map { "<span class=\"vc-lines\">\($0)</span>" })
    return """
      <section class="vc-card"><h2 class="visually-hidden">At a glance</h2><dl class="vc-contact-facts">\
      \(rows.html { "<div><dt>\(words: $0.0)</dt><dd>\($0.1)</dd></div>" })</dl></section>
      """
  }

  private func mainContact(_ one: RelatedContact) -> HTML {
    let reach = [ReachLink.phone(one.contact.phone), ReachLink.email(one.contact.email)].filter { !$0.isEmpty }
    return """
      <a href="/contacts/\(one.contact.id)">\(one.contactName)</a>\
      \(when: !reach.isEmpty, "<br>\(HTML.joined(reach, separator: "<br>"))")
      """
  }

  private var last: HTML {
    guard let one = sheet.lastInteraction else { return "never" }
    let when = one.isTimed ? viewer.time(one.at) : viewer.time(one.day)
    return "<a href=\"/interactions/\(one.id)\">\(words: one.kind.word)</a> \(when) by \(one.by)"
  }

  private var cards: [FigureCard] {
    let currency = format.currency
    func figure(
      _ id: String, _ title: String, _ value: Double?, _ unit: Figure.Unit, _ words: String, n: Int, asOf: Day?
    ) -> FigureCard {
      FigureCard(
        Figure(
          id: id, title: title, value: value, unit: unit, asOf: asOf, window: nil, method: "count", explanation: words,
          n: n, missing: value == nil ? [.init("at least four days with a purchase", customers: 1)] : []),
        format: format)
    }
    func money(_ minor: Int64) -> Double { Double(minor) / Double(currency.minorPerMajor) }
    guard actor.may(.see, .purchase) else { return [] }
    let (own, whole, history) = (sheet.own, sheet.whole, sheet.history)
    let own4 = [
      figure(
        "customer.value", "Bought so far", money(own.minor), .money(currency),
        "The sum of every purchase that was not cancelled, returns taken off.", n: own.purchases, asOf: own.last),
      figure(
        "customer.orderDays", "Days with a purchase", Double(history.orderDays.count), .count,
        "Days on which at least one order was placed; orders of one day count once.", n: own.purchases, asOf: own.last),
      figure(
        "customer.usualGap", "Usual days between", history.usualGap.map(Double.init), .days,
        "The middle one of the gaps between days with a purchase.", n: own.purchases, asOf: own.last),
    ]
    guard whole.customers > 1 else { return own4 }
    let words = "What it and the \(whole.customers - 1) under it bought together, returns taken off."
    return own4 + [
      figure(
        "customer.valueWithAllUnder", "With everything under it", money(whole.minor), .money(currency), words,
        n: whole.purchases, asOf: whole.last)
    ]
  }

  // What happened.

  private var quick: HTML {
    guard actor.may(.create, .interaction) else { return HTML() }
    return InteractionQuickForm(
      customer: customer.id, contact: nil, people: sheet.people,
      back: visit.keepingOrigin(path), visit: visit
    ).html
  }

  private var happened: HTML {
    """
    <section class="vc-card" id="timeline"><h2 class="vc-card-title">What happened</h2>\
    \(TimelineView(page: sheet.timeline, question: TimelineQuestion(), sources: sources, path: "\(path)/timeline", visit: visit))\
    </section>
    """
  }

  // Who and where.

  private var people: HTML {
    guard actor.may(.see, .contact) else { return HTML() }
    let add = Address.path("/contacts/new", [("customer", "\(customer.id)")])
    return """
      <section class="vc-card"><h2 class="vc-card-title">Contacts</h2>\
      \(when: sheet.people.isEmpty, "<p class=\"text-secondary\">Nobody is named yet. Who is it you speak with?</p>")\
      <ul class="vc-people">\(sheet.people.html(person))</ul>\
      \(when: actor.may(.create, .contact), "<p>\(LinkButton("Add a contact", add, icon: "plus"))</p>")</section>
      """
  }

  private func person(_ one: RelatedContact) -> HTML {
    let isMain = one.isMain && one.role.isRunning
    let mayChoose = actor.may(.edit, .customer) && one.role.isRunning && !isMain
    return """
      <li\(when: !one.role.isRunning, " class=\"vc-past\"")><div><a href="/contacts/\(one.contact.id)">\(one.contactName)</a>\
      \(when: isMain, Badge("Main contact", .good, icon: "star").html)\
      <div class="text-secondary">\(RoleWords.html(one.role, viewer))</div>\
      \(ReachLink.phone(one.contact.phone)) \(ReachLink.email(one.contact.email))</div>\
      \(when: mayChoose, PostButton(
        "Make main", action: "\(path)/main-contact", csrf: viewer.csrf, method: .put, weight: .quiet,
        fields: [("contact", "\(one.contact.id)")]
      ).html)</li>
      """
  }

  private var consents: HTML {
    guard let consent else { return HTML() }
    return ConsentCard(sheet: consent, path: "\(path)/consents", visit: visit).html
  }

  private var tree: HTML {
    let mayAdd =
      customer.kind != .person && actor.may(.create, .customer) && actor.writes("parent", of: .customer)
    guard !sheet.children.isEmpty || mayAdd else { return HTML() }
    let isHousehold = customer.kind == .household
    let add = Address.path(
      "/customers/new", [("parent", "\(customer.id)"), ("kind", isHousehold ? "person" : "site")])
    let label = isHousehold ? "Add a member" : "Add a site"
    return """
      <section class="vc-card"><h2 class="vc-card-title">Under it</h2>\
      \(when: sheet.children.isEmpty, "<p class=\"text-secondary\">No site, branch or member of its own yet.</p>")\
      <ul class="vc-people">\(sheet.children.html(child))</ul>\
      \(when: mayAdd, "<p>\(LinkButton(label, add, icon: "plus"))</p>")</section>
      """
  }

  private func child(_ child: CustomerSheet.Child) -> HTML {
    let more = child.value.customers - 1
    let last = child.value.last.map { "last bought \(format.day($0, today: viewer.today))" } ?? "nothing bought"
    let below = more > 0 ? "\(format.count(more, "more", "more")) under it" : nil
    let words = [child.kind.word.lowercased(), below, actor.may(.see, .purchase) ? last : nil].compactMap { $0 }
    let money: HTML =
      "<div class=\"vc-nowrap\">\(format.exactMoney(Money(minor: child.value.minor, format.currency)))</div>"
    return """
      <li><div><a href="/customers/\(child.id)">\(child.name)</a>\
      <div class="text-secondary">\(words.joined(separator: ", "))</div></div>\
      \(when: actor.may(.see, .purchase), money)</li>
      """
  }

  private var declared: HTML {
    let keys: [(String, HTML)] = sheet.keys.map { ("Known as, in \($0.source)".translated, "\($0.key)") }
    let traits: [(String, HTML)] = sheet.traits.map { trait in
      let source: HTML? = trait.source.map { " <span class=\"text-secondary\">from \($0)</span>" }
      return (trait.name, "\(trait.value)\(source)")
    }
    return RecordFacts("What is declared", keys + traits).html
  }
}

/// What a customer bought and what serving it took, as tables.
struct PurchaseSection: Part {
  let sheet: CustomerSheet
  let visit: Visit

  var html: HTML {
    let (viewer, purchases) = (visit.viewer, sheet.purchases)
    let table = ListTable(
      "The newest \(purchases.count)", rows: purchases,
      columns: [
        .init("Day", onCard: .title) { viewer.time($0.day) },
        .init("Order", onCard: .fact) { "\($0.externalID)" },
        .init("What", onCard: .fact) {
          "\(words: $0.kind == .return ? "Return" : "Order")\(when: $0.cancelledAt != nil, ", cancelled")"
        },
        .init("Lines", isNumber: true) { "\($0.lines)" },
        .init("Value", isNumber: true, onCard: .fact) {
          "\(viewer.format.exactMoney(Money(minor: $0.minor, viewer.format.currency)))"
        },
      ],
      state: ListState(path: "/customers/\(sheet.customer.id)"),
      empty: EmptyState(
        "No purchases yet", reason: "They come with a file of purchases.", icon: "shopping-cart",
        action: LinkButton("Import purchases", "/imports/new").html))
    return """
      \(when: visit.actor.may(.see, .purchase), "<section><h2>Purchases</h2>\(table)</section>")\(serving)
      """
  }

  private var serving: HTML {
    guard !sheet.costDrivers.isEmpty else { return HTML() }
    let format = visit.viewer.format
    return """
      <section class="vc-card"><h2 class="vc-card-title">What serving it took</h2>\
      <div class="table-responsive" tabindex="0" role="region" aria-label="What serving it took">\
      <table class="table"><thead><tr>\
      <th scope="col">What</th><th scope="col" class="text-end">Times</th><th scope="col" class="text-end">Pieces</th>\
      <th scope="col" class="text-end">Minutes</th><th scope="col" class="text-end">Money</th></tr></thead><tbody>\
      \(sheet.costDrivers.html { """
        <tr><th scope="row">\($0.kind.rawValue)</th><td class="text-end">\(format.count($0.count))</td>\
        <td class="text-end">\(format.number($0.pieces, decimals: 0))</td>\
        <td class="text-end">\(format.number($0.minutes, decimals: 0))</td>\
        <td class="text-end">\(format.exactMoney(Money(minor: $0.minor, format.currency)))</td></tr>
        """ })</tbody></table></div></section>
      """
  }
}

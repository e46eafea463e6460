/// A value made of named wire fields; one description of its fields serves reading and writing.
package protocol WireStructure: Equatable, Sendable {
    /// The value to read into: optional parts absent, required ones empty.
    static var blank: Self { get }
    /// Names every field once; the mapper reads it from the wire or writes it there.
    mutating func map(_ wire: inout WireMapper)
}

extension WireStructure {
    /// The fields of this value in their order.
    package var wireFields: [WireField] {
        var copy = self
        var mapper = WireMapper(writing: ())
        copy.map(&mapper)
        return mapper.fields
    }

    /// Reads a structure; the first problem found is thrown.
    package init(wireFields: [WireField]) throws(ELBFailure) {
        self = Self.blank
        var mapper = WireMapper(reading: wireFields, path: "")
        map(&mapper)
        if let failure = mapper.failure { throw failure }
    }
}

/// Carries fields between typed values and the wire, in one direction at a time.
///
/// The first problem met while reading stays in `failure`; the rest of the reading goes on with blanks.
package struct WireMapper {
    /// Whether values are being read from the wire; otherwise they are written to it.
    package let isReading: Bool
    /// The fields to read, or those written so far.
    package private(set) var fields: [WireField]
    /// The first problem met while reading.
    package private(set) var failure: ELBFailure?
    private let path: String

    init(reading fields: [WireField], path: String) {
        isReading = true
        self.fields = fields
        self.path = path
    }

    init(writing: Void) {
        isReading = false
        fields = []
        path = ""
    }

    /// Whether the wire has a non-empty field of that name; always `false` while writing.
    func has(_ name: String) -> Bool {
        guard isReading, let value = value(name) else { return false }
        return value != .text("")
    }

    /// Writes a field that the typed value does not store as such; nothing while reading.
    mutating func write(_ name: String, _ value: WireValue) {
        if !isReading { fields.append(WireField(name, value)) }
    }

    /// Writes an empty list if the list, which `field` leaves out when empty, is one: answers show it all the same.
    mutating func showEmpty(_ name: String, _ list: [some Sendable]) {
        if list.isEmpty { write(name, .list([])) }
    }

    /// Refuses a field which this implementation does not support, rather than ignoring it.
    mutating func refuse(_ name: String, because reason: String) {
        guard has(name) else { return }
        fail(.validation("'\(location(name))' is not supported: \(reason). Leave it out"))
    }

    /// Keeps a problem unless there already is one.
    mutating func fail(_ problem: ELBFailure) {
        if failure == nil { failure = problem }
    }

    /// The dotted place of a field, as messages name it: `actions.1.type`.
    func location(_ name: String) -> String {
        let camel = name.prefix(1).lowercased() + name.dropFirst()
        return path.isEmpty ? camel : "\(path).\(camel)"
    }

    private func value(_ name: String) -> WireValue? {
        fields.first { $0.name == name }?.value
    }

    private mutating func scalar<Value: WireScalar>(_ value: WireValue, at place: String) -> Value? {
        switch value {
        case .text(let text):
            if let scalar = Value(wireText: text) { return scalar }
            fail(.validation("Value '\(text)' at '\(place)' must be \(Value.wireExpectation)"))
        case .list, .structure:
            fail(.validation("Value at '\(place)' must be \(Value.wireExpectation), not a structure or a list"))
        }
        return nil
    }

    private mutating func structure<Value: WireStructure>(_ value: WireValue, at place: String) -> Value? {
        guard let inner = value.fields else {
            fail(.validation("Value at '\(place)' must be a structure"))
            return nil
        }
        var result = Value.blank
        var mapper = WireMapper(reading: inner, path: place)
        result.map(&mapper)
        if let problem = mapper.failure { fail(problem) }
        return result
    }

    private mutating func elements(_ name: String) -> [WireValue]? {
        guard let value = value(name) else { return nil }
        guard let elements = value.elements else {
            fail(.validation("Value at '\(location(name))' must be a list"))
            return nil
        }
        return elements
    }
}

extension WireMapper {
    /// A scalar with a default: absent on the wire keeps what is there.
    package mutating func field<Value: WireScalar>(_ name: String, _ target: inout Value) {
        guard isReading else { return write(name, .text(target.wireText)) }
        guard let found = value(name), let read: Value = scalar(found, at: location(name)) else { return }
        target = read
    }

    /// An optional scalar: not written when `nil`.
    package mutating func field<Value: WireScalar>(_ name: String, _ target: inout Value?) {
        guard isReading else {
            if let target { write(name, .text(target.wireText)) }
            return
        }
        guard let found = value(name) else { return }
        if found == .text(""), Value.self != String.self { return }
        target = scalar(found, at: location(name))
    }

    /// A list of scalars: not written when empty; absent and empty read the same.
    package mutating func field<Value: WireScalar>(_ name: String, _ target: inout [Value]) {
        guard isReading else {
            if !target.isEmpty { write(name, .list(target.map { .text($0.wireText) })) }
            return
        }
        guard let found = elements(name) else { return }
        target = []
        for (index, element) in found.enumerated() {
            guard let read: Value = scalar(element, at: "\(location(name)).\(index + 1)") else { return }
            target.append(read)
        }
    }

    /// A structure with defaults.
    package mutating func field<Value: WireStructure>(_ name: String, _ target: inout Value) {
        guard isReading else { return write(name, .structure(target.wireFields)) }
        guard let found = value(name), let read: Value = structure(found, at: location(name)) else { return }
        target = read
    }

    /// An optional structure: not written when `nil`.
    package mutating func field<Value: WireStructure>(_ name: String, _ target: inout Value?) {
        guard isReading else {
            if let target { write(name, .structure(target.wireFields)) }
            return
        }
        guard let found = value(name), found != .text("") else { return }
        target = structure(found, at: location(name))
    }

    /// A list of structures: not written when empty; absent and empty read the same.
    package mutating func field<Value: WireStructure>(_ name: String, _ target: inout [Value]) {
        guard isReading else {
            if !target.isEmpty { write(name, .list(target.map { .structure($0.wireFields) })) }
            return
        }
        guard let found = elements(name) else { return }
        target = []
        for (index, element) in found.enumerated() {
            guard let read: Value = structure(element, at: "\(location(name)).\(index + 1)") else { return }
            target.append(read)
        }
    }

    /// A scalar that must be on the wire.
    package mutating func required<Value: WireScalar>(_ name: String, _ target: inout Value) {
        demand(name)
        field(name, &target)
    }

    /// A list of scalars that must be on the wire and not be empty.
    package mutating func required<Value: WireScalar>(_ name: String, _ target: inout [Value]) {
        demand(name)
        field(name, &target)
    }

    /// A list of structures that must be on the wire and not be empty.
    package mutating func required<Value: WireStructure>(_ name: String, _ target: inout [Value]) {
        demand(name)
        field(name, &target)
    }

    private mutating func demand(_ name: String) {
        guard isReading, !has(name) else { return }
        let problem: String = "Value null at '\(location(name))' failed to satisfy constraint: Member must not be null"
        fail(.validation("1 validation error detected: \(problem)"))
    }
}

package import JSON

/// One step of a canary. A manifest may give several keys in one step; they are all in effect.
package struct CanaryStep: Hashable, Sendable, CustomStringConvertible {
    /// The canary's share of the traffic, 0...100.
    package var setWeight: Int?
    package var pause: Pause?
    package var setCanaryScale: CanaryScale?
    package var setHeaderRoute: HeaderRoute?

    /// A pause, until its time is over or until somebody resumes.
    package struct Pause: Hashable, Sendable {
        /// Seconds, at least 0; `nil` waits for a person.
        package var seconds: Int?
        /// The duration as it was written, for messages and for the step hash.
        package var written: JSONValue?

        package init(seconds: Int? = nil, written: JSONValue? = nil) {
            self.seconds = seconds
            self.written = written
        }
    }

    /// How many canary pods there are, when that is not what the weight says.
    package enum CanaryScale: Hashable, Sendable {
        /// Percent of `spec.replicas`, 0...100.
        case weight(Int)
        case replicas(Int)
        /// Ends an earlier `setCanaryScale`.
        case matchTrafficWeight
        /// `setCanaryScale: {}`: in effect, and says nothing.
        case unspecified
    }

    package init(
        setWeight: Int? = nil, pause: Pause? = nil, setCanaryScale: CanaryScale? = nil,
        setHeaderRoute: HeaderRoute? = nil
    ) {
        self.setWeight = setWeight
        self.pause = pause
        self.setCanaryScale = setCanaryScale
        self.setHeaderRoute = setHeaderRoute
    }

    /// The step as events and command lines name it.
    package var description: String {
        if let setWeight { return "setWeight: \(setWeight)" }
        if let pause {
            guard let written = pause.written else { return "pause" }
            return "pause: \(written.stringValue ?? written.text)"
        }
        switch setCanaryScale {
        case .weight(let weight): return "setCanaryScale{weight: \(weight)}"
        case .replicas(let count): return "setCanaryScale{replicas: \(count)}"
        case .matchTrafficWeight: return "setCanaryScale{matchTrafficWeight: true}"
        case .unspecified: return "setCanaryScale"
        case nil: return setHeaderRoute.map { "setHeaderRoute: \($0.name)" } ?? "invalid"
        }
    }
}

extension CanaryStep {
    /// Reads one element of `steps`; keys of features that are not there yet are refused before this.
    init(_ value: JSONValue, path: String) throws(FieldError) {
        let reader = FieldReader(value, path: path)
        setWeight = try reader.int("setWeight")
        if reader.has("pause") { pause = try Self.pause(try reader.object("pause"), path: path) }
        if reader.has("setHeaderRoute") {
            setHeaderRoute = try HeaderRoute(try reader.object("setHeaderRoute"), step: path)
        }
        if reader.has("setCanaryScale") {
            let scale = try reader.object("setCanaryScale")
            if try scale.bool("matchTrafficWeight") {
                setCanaryScale = .matchTrafficWeight
            } else if let replicas = try scale.int("replicas") {
                setCanaryScale = .replicas(replicas)
            } else if let weight = try scale.int("weight") {
                setCanaryScale = .weight(weight)
            } else {
                setCanaryScale = .unspecified
            }
        }
    }

    private static func pause(_ reader: FieldReader, path: String) throws(FieldError) -> Pause {
        guard let written = reader.raw("duration") else { return Pause() }
        var seconds: Int?
        if let number = written.intValue {
            seconds = number
        } else if let text = written.stringValue {
            seconds = Int32(text).map(Int.init) ?? GoDuration.seconds(text)
        }
        guard let seconds, seconds >= 0 else {
            let rulePath = path.replacingPrefix("spec.strategy.canary.", with: "spec.strategy.") + ".pause.duration"
            throw FieldError(rulePath, .invalid(value: written.text), "Duration needs to be greater than 0")
        }
        return Pause(seconds: seconds, written: written)
    }
}

extension String {
    /// This text with `prefix` exchanged; the text itself when it starts otherwise.
    func replacingPrefix(_ prefix: String, with replacement: String) -> String {
        hasPrefix(prefix) ? replacement + dropFirst(prefix.count) : self
    }
}

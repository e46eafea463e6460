package import JSON

/// What the node must know to run one container.
///
/// Source: core/v1 Container.
package struct ContainerSpec: Hashable, Sendable {
    package var name: String
    package var image: String
    /// The ports it listens on: the declared ones, and those that only a probe names; sorted.
    package var ports: [Int]
    package var behaviour: ServerBehaviour
    /// How long its preStop hook takes; zero without a hook.
    package var preStop: Duration
    package var startupProbe: ProbeSpec?
    package var readinessProbe: ProbeSpec?

    /// Reads one entry of `spec.containers`.
    package init(_ document: JSONValue) {
        var named: [String: Int] = [:]
        var numbers: Set<Int> = []
        for port in document["ports"]?.arrayValue ?? [] {
            guard let number = port["containerPort"]?.intValue, (1...65_535).contains(number) else { continue }
            if let name = port["name"]?.stringValue { named[name] = number }
            if (port["protocol"]?.stringValue ?? "TCP") == "TCP" { numbers.insert(number) }
        }
        name = document["name"]?.stringValue ?? ""
        image = document["image"]?.stringValue ?? ""
        behaviour = ServerBehaviour(environment: document["env"]?.arrayValue ?? [])
        if behaviour.ending == nil {
            let words = ["command", "args"].flatMap { document[$0]?.arrayValue ?? [] }.compactMap(\.stringValue)
            behaviour.ending = ProgramEnding(command: words)
        }
        preStop = Self.preStop(document.at("lifecycle", "preStop"))
        let startup = ProbeSpec(document["startupProbe"], .startup, ports: named)
        let readiness = ProbeSpec(document["readinessProbe"], .readiness, ports: named)
        for port in [startup, readiness].compactMap({ $0?.port }) where (1...65_535).contains(port) {
            numbers.insert(port)
        }
        startupProbe = startup
        readinessProbe = readiness
        ports = numbers.sorted()
    }

    /// The image's tag, or `latest` when it names none.
    package var version: String {
        let file = image.split(separator: "/").last ?? ""
        guard let colon = file.lastIndex(of: ":") else { return "latest" }
        return String(file[file.index(after: colon)...])
    }

    /// The time a hook takes: `sleep.seconds`, or the number after the word `sleep` anywhere in an exec command.
    private static func preStop(_ hook: JSONValue?) -> Duration {
        if let seconds = hook?.at("sleep", "seconds")?.intValue { return .seconds(max(0, seconds)) }
        let words = (hook?.at("exec", "command")?.arrayValue ?? []).compactMap(\.stringValue)
            .flatMap { $0.split(whereSeparator: { " ;&|\t\n".contains($0) }) }
        guard let index = words.firstIndex(where: { $0 == "sleep" || $0.hasSuffix("/sleep") }),
            index + 1 < words.count, let seconds = Double(words[index + 1]), seconds.isFinite, seconds > 0
        else { return .zero }
        return .microseconds(Int64(min(seconds, 1e6) * 1_000_000))
    }
}

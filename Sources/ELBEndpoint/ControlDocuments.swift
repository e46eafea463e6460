import ELBModel
import JSON
import KubernetesModel
import LoadBalancerState
import RequestRouting

/// Why a request to the control endpoint was refused.
struct ControlProblem: Error, CustomStringConvertible {
    let description: String
}

/// What the control endpoint reads and writes.
enum ControlDocuments {
    /// Everything that is known, with the calls so far and how the service behaves.
    static func state(of store: LoadBalancerStore) -> JSONValue {
        store.read { state, now in
            var calls = JSONObject()
            for (operation, count) in state.callCounts.sorted(by: { $0.key < $1.key }) {
                calls[operation] = .number(JSONNumber(count))
            }
            let resources = state.keptResources.filter { $0.identity.kind != .counters }.map { resource -> JSONValue in
                [
                    "kind": .string(resource.identity.kind.rawValue), "name": .string(resource.identity.name),
                    "content": value(.structure(resource.content ?? [])),
                ]
            }
            return [
                "time": .string(now.rfc3339Micro), "calls": .object(calls), "settings": settings(of: state),
                "resources": .array(resources),
            ]
        }
    }

    /// Counts with their dimensions.
    static func metrics(_ metrics: [ControlEndpoint.TrafficMetric]) -> JSONValue {
        .array(
            metrics.map { metric in
                [
                    "name": .string(metric.name), "loadBalancer": .string(metric.loadBalancer),
                    "targetGroup": metric.targetGroup.map { .string($0) } ?? .null,
                    "count": .number(JSONNumber(metric.count)),
                ]
            })
    }

    /// `advanceMilliseconds`, at least 1.
    static func duration(in body: JSONObject) throws(ControlProblem) -> Duration {
        guard let milliseconds = body["advanceMilliseconds"]?.intValue, milliseconds > 0 else {
            throw ControlProblem(description: "'advanceMilliseconds' must be a number above 0")
        }
        return .milliseconds(milliseconds)
    }

    /// Makes the next calls fail: `operation` (any without it), `count`, `code`, `message`, `status`, `takesEffect`;
    /// with `closesConnection` they get no answer.
    static func addFault(_ body: JSONObject, to store: LoadBalancerStore) throws(ControlProblem) {
        let count = body["count"]?.intValue ?? 1
        guard count > 0 else { throw ControlProblem(description: "'count' must be above 0") }
        let isClosing = body["closesConnection"]?.boolValue ?? false
        let code: ELBFailure.Code =
            isClosing ? .unreachable : .init(rawValue: body["code"]?.stringValue ?? "InternalFailure")
        let message = body["message"]?.stringValue ?? (code == .throttling ? "Rate exceeded" : "An injected failure")
        let failure = ELBFailure(code, message, httpStatus: isClosing ? nil : body["status"]?.intValue)
        let operation = body["operation"]?.stringValue
        let takesEffect = body["takesEffect"]?.boolValue ?? false
        store.update { state, _ in
            state.failNext(operation, count: count, with: failure, appliesCall: takesEffect)
        }
    }

    /// Changes what is named: `throttling`, `controlPlaneLagMilliseconds`, `propagationMilliseconds` (two numbers, the
    /// shortest and the longest), and `choices` and `answers` by their names.
    static func change(_ store: LoadBalancerStore, by body: JSONObject) throws(ControlProblem) {
        var changes: [@Sendable (inout LoadBalancerConfiguration) -> Void] = []
        for (name, value) in body.map({ ($0.key, $0.value) }) {
            switch (name, value.boolValue, value.intValue) {
            case ("throttling", let isOn?, _): changes.append { $0.isThrottling = isOn }
            case ("controlPlaneLagMilliseconds", _, let lag?) where lag >= 0:
                changes.append { $0.controlPlaneLag = .milliseconds(lag) }
            case ("propagationMilliseconds", _, _):
                let numbers = (value.arrayValue ?? []).compactMap(\.intValue)
                guard numbers.count == 2, 0 <= numbers[0], numbers[0] <= numbers[1] else {
                    throw ControlProblem(description: "'propagationMilliseconds' must be two numbers in order")
                }
                changes.append { $0.propagationDelay = .milliseconds(numbers[0]) ... .milliseconds(numbers[1]) }
            case ("choices", _, _):
                for (choice, isOn) in try flags(value, in: name, known: UndocumentedChoices.all.map(\.name)) {
                    changes.append { configuration in
                        guard let path = UndocumentedChoices.all.first(where: { $0.name == choice })?.path else {
                            return
                        }
                        configuration.choices[keyPath: path] = isOn
                    }
                }
            case ("answers", _, _):
                for (answer, isOn) in try flags(value, in: name, known: UndocumentedAnswers.all.map(\.name)) {
                    changes.append { configuration in
                        guard let path = UndocumentedAnswers.all.first(where: { $0.name == answer })?.path else {
                            return
                        }
                        configuration.answers[keyPath: path] = isOn
                    }
                }
            default:
                throw ControlProblem(description: "'\(name)' is not a setting, or '\(value)' not a value it can have")
            }
        }
        store.update { [changes] state, _ in
            state.configure { configuration in
                for change in changes { change(&configuration) }
            }
        }
    }

    private static func flags(
        _ value: JSONValue, in place: String, known: [String]
    ) throws(ControlProblem) -> [(name: String, isOn: Bool)] {
        var result: [(name: String, isOn: Bool)] = []
        for (name, flag) in (value.objectValue ?? JSONObject()).map({ ($0.key, $0.value) }) {
            guard known.contains(name), let isOn = flag.boolValue else {
                let names = known.joined(separator: ", ")
                throw ControlProblem(description: "'\(place).\(name)' must be true or false and one of \(names)")
            }
            result.append((name, isOn))
        }
        return result
    }

    private static func settings(of state: LoadBalancerState) -> JSONValue {
        let configuration = state.configuration
        var choices = JSONObject()
        for choice in UndocumentedChoices.all {
            choices[choice.name] = .bool(configuration.choices[keyPath: choice.path])
        }
        var answers = JSONObject()
        for answer in UndocumentedAnswers.all {
            answers[answer.name] = .bool(configuration.answers[keyPath: answer.path])
        }
        return [
            "throttling": .bool(configuration.isThrottling), "nodes": .number(JSONNumber(configuration.nodes)),
            "choices": .object(choices), "answers": .object(answers),
        ]
    }

    private static func value(_ wire: WireValue) -> JSONValue {
        switch wire {
        case .text(let text): return .string(text)
        case .list(let elements): return .array(elements.map(value))
        case .structure(let fields):
            var object = JSONObject()
            for field in fields { object[field.name] = value(field.value) }
            return .object(object)
        }
    }
}

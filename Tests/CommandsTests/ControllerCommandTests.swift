import ArgumentParser
import Planning
import Testing

@testable import Commands

@Suite("Options of weir controller") struct ControllerCommandTests {
    @Test("a namespace that cannot exist is refused", arguments: ["Bad_NS", "-a", "a-", "a.b", "é"])
    func refused(name: String) throws {
        let error = try #require(throws: (any Error).self) { try ControllerCommand.parse(["--namespace=\(name)"]) }
        let message = ControllerCommand.message(for: error)
        #expect(message.contains("--namespace: '\(name)' cannot be the name of a namespace"))
        #expect(message.contains("DNS-1123"))
    }

    @Test("a namespace that can exist is accepted", arguments: ["shop", "a", "0-1"])
    func accepted(name: String) throws {
        #expect(throws: Never.self) { try ControllerCommand.parse(["--namespace", name]) }
    }

    @Test("an instance is a name that a Lease can end with") func instance() throws {
        let command = try #require(try ControllerCommand.parseAsRoot(["--instance-id", "blue"]) as? ControllerCommand)
        #expect(command.instanceID == "blue")
        let error = #expect(throws: (any Error).self) { try ControllerCommand.parse(["--instance-id", "Blue one"]) }
        #expect(error.map { ControllerCommand.message(for: $0) }?.contains("--instance-id is 'Blue one'") == true)
    }

    @Test("without a class of Ingresses, nobody plans for Ingresses")
    func noIngresses() throws {
        let command = try ControllerCommand.parse(["--alb-ingress-classes", "none"])
        var options = ControllerOptions()
        #expect(options.controllers().map { $0.name } == ["rollout", "ingress"])
        options.ingressClasses = command.servedClasses
        #expect(options.controllers().map { $0.name } == ["rollout"])
        #expect(try ControllerCommand.parse(["--alb-ingress-classes", "blue"]).servedClasses == ["blue"])
        let error = #expect(throws: (any Error).self) {
            try ControllerCommand.parse(["--alb-ingress-classes", "none", "--alb-ingress-classes", "alb"])
        }
        #expect(error.map { ControllerCommand.message(for: $0) }?.contains("none excludes other classes") == true)
    }

    @Test("a namespace has 1 to 63 characters") func length() {
        #expect(NamespaceRule.problem(with: "") != nil)
        #expect(NamespaceRule.problem(with: String(repeating: "a", count: 63)) == nil)
        #expect(NamespaceRule.problem(with: String(repeating: "a", count: 64)) != nil)
    }
}

@Suite("Options of the commands about Rollouts") struct ClientOptionTests {
    @Test("a level that does not exist is refused with those that do") func unknownLevel() throws {
        let error = try #require(throws: (any Error).self) { try ClientOptions.parse(["--loglevel", "loud"]) }
        let message = ClientOptions.message(for: error)
        #expect(message.contains("loud") && message.contains("--loglevel"))
        for level in ["trace", "debug", "info", "warn", "error"] { #expect(message.contains(level)) }
    }

    @Test("levels are known in letters of either case", arguments: ["WARN", "warning", "Debug", "panic"])
    func known(level: String) {
        #expect(throws: Never.self) { try ClientOptions.parse(["--loglevel", level]) }
    }
}

import Commands
import FoundationEssentials
import JSON
import Logging
import Sandbox
import Testing

@Suite("State file of an embedded ELBv2") struct ELBStateFileTests {
    @Test("what was written is read back") func roundTrip() async throws {
        var settings = LoadBalancingSettings()
        settings.propagationDelay = .milliseconds(250)
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let path = FileManager.default.temporaryDirectory.appending(path: "weir-elb-state-file.json").path()
        defer { try? FileManager.default.removeItem(atPath: path) }
        try await EmbeddedELB.withRunning(settings, logger: logger) { elb in
            let members = ELBStateFile.members(of: elb)
            #expect(members["elbv2"]?.stringValue == elb.url)
            try JSONValue.object(members).text.write(toFile: path, atomically: true, encoding: .utf8)
        }
        let state = try ELBStateFile(reading: path)
        #expect(state.propagationDelay == .milliseconds(250))
        #expect(state.loadBalancers.isEmpty && state.reachableAddresses.isEmpty)
    }

    @Test("a file that is not there, or is another, is named") func unreadable() throws {
        let error = try #require(throws: UsageProblem.self) { try ELBStateFile(reading: "/nonexistent/state.json") }
        #expect(error.description.contains("/nonexistent/state.json"))
    }
}

import ELBModel
import Foundation
import JSON
import KubernetesModel
import Planning
import Testing

@testable import IngressPlanning

/// Scenarios as printed traces in `Golden/`, rewritten when UPDATE_GOLDEN=1 is in the environment.
@Suite("Golden traces") struct GoldenTests {
    private func compare(_ lines: [String], _ name: String, file: String = #filePath) throws {
        let text = lines.joined(separator: "\n") + "\n"
        let path = URL(fileURLWithPath: file).deletingLastPathComponent().appending(path: "Golden/\(name).txt")
        if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
            try FileManager.default.createDirectory(
                at: path.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: path)
            return
        }
        let expected = try String(decoding: Data(contentsOf: path), as: UTF8.self)
        #expect(text == expected, "UPDATE_GOLDEN=1 swift test rewrites \(path.lastPathComponent)")
    }

    @Test func `a desired stack with everything in it`() throws {
        let sticky = #","TargetGroupStickinessConfig":{"Enabled":true,"DurationSeconds":60}"#
        let object = ingress(
            annotations: [
                "listen-ports": #"[{"HTTP":80},{"HTTPS":443}]"#,
                "certificate-arn": "arn:aws:acm:eu-west-1:1:certificate/1",
                "ssl-redirect": "443", "scheme": "internet-facing", "tags": "team=shop",
                "load-balancer-attributes": "idle_timeout.timeout_seconds=30", "security-groups": "sg-1",
                "target-group-attributes": "deregistration_delay.timeout_seconds=30",
                "actions.root": weights(canary: 25, extra: sticky),
                "actions.gone": #"{"type":"fixed-response","fixedResponseConfig":{"statusCode":"410"}}"#,
                "conditions.api": #"[{"field":"http-request-method","httpRequestMethodConfig":{"values":["GET"]}}]"#,
            ],
            host: "shop.example.com",
            paths: [
                PathFixture("/", "Prefix", service: "root", port: useAnnotation),
                PathFixture("/api", "Prefix", service: "api"),
                PathFixture("/gone", "Exact", service: "gone", port: useAnnotation),
            ])
        let services = ["canary", "stable", "api"].map { service($0) }
        let stack = try StackBuilder.build(object, settings: testSettings) { name in
            services.first { $0.name == name }
        }
        try compare([stack.description], "stack")
    }

    private static let blue = ["app": "web", "hash": "blue"]
    private static let green = ["app": "web", "hash": "green"]

    /// A canary as a rollout drives it: selectors and weights move, pods come and go.
    @Test func `a canary from 0 to promotion`() throws {
        let stable = ["10.0.0.1", "10.0.0.2"]
        var world = MiniWorld(
            [
                ingress(
                    annotations: ["actions.root": weights(canary: 0)],
                    paths: [PathFixture("/*", "ImplementationSpecific", service: "root", port: useAnnotation)]),
                service("root", selector: Self.blue), service("stable", selector: Self.blue),
                service("canary", selector: Self.blue), slice("stable", ready: stable), slice("canary", ready: stable),
            ] + stable.map { pod($0, labels: Self.blue) })
        world.note("first deployment")
        world.settle()
        world.aws.finishHealthChecks()
        world.wait()
        world.settle()
        world.note("a new version: the canary selector moves before any pod is ready")
        world.insert(service("canary", selector: Self.green))
        world.insert(slice("canary", ready: []))
        world.settle()
        world.note("its pod is ready")
        world.insert(pod("10.0.1.1", labels: Self.green))
        world.insert(slice("canary", ready: ["10.0.1.1"]))
        world.settle()
        world.note("its pod is healthy")
        world.aws.finishHealthChecks()
        world.wait(.seconds(1))
        world.settle()
        world.aws.finishDraining()
        for weight in [10, 50, 100] {
            world.note("weight \(weight)")
            world.annotate("actions.root", weights(canary: weight))
            world.wait(.seconds(1))
            world.settle()
        }
        world.note("promotion: the stable selector moves")
        world.insert(service("stable", selector: Self.green))
        world.insert(slice("stable", ready: ["10.0.1.1"]))
        world.wait(.seconds(1))
        world.settle()
        world.note("healthy in the stable group too")
        world.aws.finishHealthChecks()
        world.wait(.seconds(1))
        world.settle()
        world.note("weight 0, everything is stable")
        world.annotate("actions.root", weights(canary: 0))
        world.wait(.seconds(1))
        world.settle()
        try compare(world.trace, "canary")
    }

    @Test func `the life of a plain Ingress`() throws {
        var world = MiniWorld([
            ingress(
                annotations: ["listen-ports": #"[{"HTTP":80},{"HTTP":8080}]"#, "tags": "team=shop"],
                host: "shop.example.com",
                paths: [
                    PathFixture("/", "Prefix", service: "web"), PathFixture("/api", "Prefix", service: "api"),
                    PathFixture("/health", "Exact", service: "gone"),
                ]),
            service("web"), service("api"), slice("web", ready: ["10.0.0.1"]), slice("api", ready: ["10.0.0.2"]),
            pod("10.0.0.1", labels: ["app": "web"]), pod("10.0.0.2", labels: ["app": "api"]),
        ])
        world.note("creation")
        world.settle()
        world.aws.finishHealthChecks()
        world.wait()
        world.settle()
        world.note("another rule in front, one port less")
        world.annotate("listen-ports", nil)
        let paths = [
            PathFixture("/old", "Exact", service: "api"), PathFixture("/", "Prefix", service: "web"),
            PathFixture("/api", "Prefix", service: "api"), PathFixture("/health", "Exact", service: "gone"),
        ]
        let spec = ingress(host: "shop.example.com", paths: paths).spec
        world.edit { $0.set(spec, at: "spec") }
        world.settle()
        world.note("an annotation is broken")
        world.annotate("tags", "team")
        world.settle()
        world.annotate("tags", "team=shop")
        world.note("deletion")
        world.edit { $0.set(.string(start.rfc3339), at: "metadata", "deletionTimestamp") }
        world.settle()
        try compare(world.trace, "plain")
    }
}

import JSON
import KubernetesClient
import KubernetesModel
import Planning
import Testing

@testable import Commands

@Suite("What is installed in a cluster")
struct InstallManifestsTests {
    private func rules(_ kind: String, _ settings: InstallSettings) -> [JSONValue] {
        InstallManifests.documents(settings).filter { $0["kind"]?.stringValue == kind }
            .filter { KubernetesObject($0).name == "weir" }.flatMap { $0["rules"]?.arrayValue ?? [] }
    }

    private func allows(_ verb: String, _ kind: ResourceKind, _ rules: [JSONValue]) -> Bool {
        rules.contains { rule in
            rule["apiGroups"]?.arrayValue?.contains(.string(kind.group)) ?? false
                && rule["resources"]?.arrayValue?.contains(.string(kind.plural)) ?? false
                && rule["verbs"]?.arrayValue?.contains(.string(verb)) ?? false
        }
    }

    @Test(arguments: [false, true])
    func `everything that the controllers watch may be read`(isNamespaced: Bool) {
        var settings = InstallSettings()
        settings.isNamespaced = isNamespaced
        let all = rules("ClusterRole", settings) + rules("Role", settings)
        for controller in ControllerOptions().controllers() {
            for kind in controller.watchedKinds {
                #expect(allows("list", kind, all), "\(controller.name) lists \(kind.plural)")
                #expect(allows("watch", kind, all), "\(controller.name) watches \(kind.plural)")
            }
        }
    }

    @Test func `one namespace gives no right beyond it but to read Ingress classes`() {
        var settings = InstallSettings()
        settings.isNamespaced = true
        #expect(
            rules("ClusterRole", settings) == [
                ["apiGroups": ["networking.k8s.io"], "resources": ["ingressclasses"], "verbs": ["list", "watch"]]
            ])
        let flags = InstallManifests.documents(settings).last?.at("spec", "template", "spec", "containers")?[0]?["args"]
        #expect(flags == ["controller", "--namespaced"])
    }

    @Test func `no rule allows everything, and the only Secret that may be read is the webhook's own`() {
        for rule in rules("ClusterRole", InstallSettings()) + rules("Role", InstallSettings()) {
            #expect(!rule.text.contains("*"))
        }
        #expect(rules("ClusterRole", InstallSettings()).allSatisfy { !$0.text.contains("secrets") })
        let secrets = rules("Role", InstallSettings()).filter { $0["resources"] == ["secrets"] }
        #expect(secrets.filter { $0["resourceNames"] != ["weir-webhook-tls"] }.map { $0["verbs"] } == [["create"]])
        #expect(secrets.count == 2)
    }

    @Test func `the printed YAML and JSON are the same documents`() throws {
        let documents = InstallManifests.documents(InstallSettings())
        #expect(try YAMLDocuments.parse(try InstallManifests.text(InstallSettings(), .yaml)) == documents)
        let json = try JSONValue(parsing: try InstallManifests.text(InstallSettings(), .json))
        #expect(json["items"] == .array(documents))
    }
}

/// The objects of one Rollout, as an API server sends them: an application with a container, probes, variables and a
/// service account, and the records of who wrote what.
struct ExampleObjects {
    var index: Int

    private var namespace: String { "team-\(index / 100)" }
    private var name: String { "application-\(index)" }

    /// Five characters that depend on a number, as in hashes and pods' names.
    private func hash(_ number: Int) -> String {
        let letters = Array("bcdfghjklmnpqrstvwxz2456789")
        var rest = UInt64(bitPattern: Int64(number)) &* 0x9e37_79b9_7f4a_7c15
        var text = ""
        for _ in 0..<10 {
            text.append(letters[Int(rest % UInt64(letters.count))])
            rest = rest / UInt64(letters.count) &+ rest << 7
        }
        return text
    }

    private func uid(_ number: Int) -> String {
        let digits = String(UInt64(number) &* 0x9e37_79b9_7f4a_7c15, radix: 16)
        return "\(String(repeating: "0", count: 16 - digits.count) + digits)".uuid
    }

    private func templateHash(_ revision: Int) -> String { hash(index * 3 + revision) }

    private func container(_ revision: Int) -> String {
        let variables = (1...8).map { #"{"name":"SETTING_NUMBER_\#($0)","value":"a value of some length \#(index)"}"# }
        return #"""
            {"name":"application","image":"registry.example.test/team/application-\#(index):v1.\#(revision).0",\#
            "ports":[{"name":"http","containerPort":8080,"protocol":"TCP"}],"env":[\#(variables.joined(separator: ","))],\#
            "resources":{"limits":{"cpu":"500m","memory":"512Mi"},"requests":{"cpu":"100m","memory":"256Mi"}},\#
            "livenessProbe":{"httpGet":{"path":"/live","port":"http","scheme":"HTTP"},"timeoutSeconds":1,\#
            "periodSeconds":10,"successThreshold":1,"failureThreshold":3},\#
            "readinessProbe":{"httpGet":{"path":"/ready","port":"http","scheme":"HTTP"},"timeoutSeconds":1,\#
            "periodSeconds":5,"successThreshold":1,"failureThreshold":3},\#
            "terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File",\#
            "imagePullPolicy":"IfNotPresent","securityContext":{"runAsNonRoot":true,"readOnlyRootFilesystem":true}MOUNTS}
            """#
    }

    private func template(_ revision: Int, label: String = "") -> String {
        #"""
        {"metadata":{"labels":{"app":"\#(name)"\#(label)},"annotations":{"prometheus.io/scrape":"true",\#
        "prometheus.io/port":"8080"}},"spec":{"containers":[\#(container(revision).replacing("MOUNTS", with: ""))],\#
        "restartPolicy":"Always","terminationGracePeriodSeconds":30,"dnsPolicy":"ClusterFirst",\#
        "serviceAccountName":"application","serviceAccount":"application","securityContext":{},\#
        "schedulerName":"default-scheduler"}}
        """#
    }

    private func managedFields(_ manager: String) -> String {
        let names = [
            "f:metadata", "f:labels", "f:annotations", "f:spec", "f:template", "f:containers", "f:ports", "f:env",
            "f:resources", "f:limits", "f:requests", "f:livenessProbe", "f:readinessProbe", "f:status", "f:conditions",
        ]
        let fields = names.map { #""\#($0)":{".":{},"f:name":{},"f:value":{},"f:type":{}}"# }.joined(separator: ",")
        return #"""
            [{"manager":"\#(manager)","operation":"Update","apiVersion":"v1","time":"2026-01-01T00:00:00Z",\#
            "fieldsType":"FieldsV1","fieldsV1":{\#(fields)}}]
            """#
    }

    func rollout(_ version: Int) -> String {
        let spec = #"""
            {"replicas":5,"revisionHistoryLimit":3,"selector":{"matchLabels":{"app":"\#(name)"}},\#
            "template":\#(template(3)),"strategy":{"canary":{"canaryService":"\#(name)-canary",\#
            "stableService":"\#(name)-stable","trafficRouting":{"alb":{"ingress":"\#(name)","servicePort":80,\#
            "rootService":"\#(name)"}},"steps":[{"setWeight":10},{"pause":{"duration":"5m"}},{"setWeight":50},\#
            {"pause":{}}]}}}
            """#
        let applied = spec.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        return #"""
            {"apiVersion":"argoproj.io/v1alpha1","kind":"Rollout","metadata":{"name":"\#(name)",\#
            "namespace":"\#(namespace)","uid":"\#(uid(index * 16 + 1))","resourceVersion":"\#(version)","generation":4,\#
            "creationTimestamp":"2026-01-01T00:00:00Z","labels":{"app":"\#(name)","team":"\#(namespace)"},\#
            "annotations":{"rollout.argoproj.io/revision":"3",\#
            "kubectl.kubernetes.io/last-applied-configuration":"{\"spec\":\#(applied)}"},\#
            "managedFields":\#(managedFields("kubectl-client-side-apply"))},"spec":\#(spec),\#
            "status":{"HPAReplicas":5,"availableReplicas":5,"readyReplicas":5,"replicas":5,"updatedReplicas":5,\#
            "currentPodHash":"\#(templateHash(3))","stableRS":"\#(templateHash(3))","currentStepIndex":4,\#
            "currentStepHash":"5f7b8c9d6","observedGeneration":"4","phase":"Healthy",\#
            "selector":"app=\#(name)","canary":{"weights":{"canary":{"podTemplateHash":"\#(templateHash(3))",\#
            "serviceName":"\#(name)-canary","weight":0},"stable":{"podTemplateHash":"\#(templateHash(3))",\#
            "serviceName":"\#(name)-stable","weight":100}}},"conditions":[\#(conditions(["Available", "Progressing",
                "Healthy", "Completed"]))]}}
            """#
    }

    func replicaSet(_ revision: Int, _ version: Int) -> String {
        let hash = templateHash(revision)
        let count = revision == 3 ? 5 : 0
        let label = #","rollouts-pod-template-hash":"\#(hash)""#
        return #"""
            {"apiVersion":"apps/v1","kind":"ReplicaSet","metadata":{"name":"\#(name)-\#(hash)",\#
            "namespace":"\#(namespace)","uid":"\#(uid(index * 16 + 1 + revision))","resourceVersion":"\#(version)",\#
            "generation":2,"creationTimestamp":"2026-01-01T00:00:00Z","labels":{"app":"\#(name)"\#(label)},\#
            "annotations":{"rollout.argoproj.io/desired-replicas":"5","rollout.argoproj.io/revision":"\#(revision)"},\#
            "ownerReferences":[{"apiVersion":"argoproj.io/v1alpha1","kind":"Rollout","name":"\#(name)",\#
            "uid":"\#(uid(index * 16 + 1))","controller":true,"blockOwnerDeletion":true}],\#
            "managedFields":\#(managedFields("weir"))},"spec":{"replicas":\#(count),"selector":{"matchLabels":{\#
            "app":"\#(name)"\#(label)}},"template":\#(template(revision, label: label))},"status":{\#
            "replicas":\#(count),"fullyLabeledReplicas":\#(count),"readyReplicas":\#(count),\#
            "availableReplicas":\#(count),"observedGeneration":2}}
            """#
    }

    func pod(_ number: Int, _ version: Int) -> String {
        let hash = templateHash(3)
        let address = "10.\(index / 6_000 + 1).\(index / 50 % 250).\(index % 50 * 5 + number)"
        let mounts = #"""
            ,"volumeMounts":[{"name":"kube-api-access-x7x7x","readOnly":true,\#
            "mountPath":"/var/run/secrets/kubernetes.io/serviceaccount"}]
            """#
        return #"""
            {"apiVersion":"v1","kind":"Pod","metadata":{"name":"\#(name)-\#(hash)-\#(self.hash(number).prefix(5))",\#
            "generateName":"\#(name)-\#(hash)-","namespace":"\#(namespace)","uid":"\#(uid(index * 16 + 8 + number))",\#
            "resourceVersion":"\#(version)","creationTimestamp":"2026-01-01T00:00:00Z","labels":{"app":"\#(name)",\#
            "rollouts-pod-template-hash":"\#(hash)"},"annotations":{"prometheus.io/scrape":"true",\#
            "prometheus.io/port":"8080"},"ownerReferences":[{"apiVersion":"apps/v1","kind":"ReplicaSet",\#
            "name":"\#(name)-\#(hash)","uid":"\#(uid(index * 16 + 4))","controller":true,\#
            "blockOwnerDeletion":true}],"managedFields":\#(managedFields("kubelet"))},"spec":{"volumes":[{\#
            "name":"kube-api-access-x7x7x","projected":{"sources":[{"serviceAccountToken":{"expirationSeconds":3607,\#
            "path":"token"}},{"configMap":{"name":"kube-root-ca.crt","items":[{"key":"ca.crt","path":"ca.crt"}]}},{\#
            "downwardAPI":{"items":[{"path":"namespace","fieldRef":{"apiVersion":"v1",\#
            "fieldPath":"metadata.namespace"}}]}}],"defaultMode":420}}],\#
            "containers":[\#(container(3).replacing("MOUNTS", with: mounts))],"restartPolicy":"Always",\#
            "terminationGracePeriodSeconds":30,"dnsPolicy":"ClusterFirst","serviceAccountName":"application",\#
            "serviceAccount":"application","nodeName":"ip-10-0-12-\#(index % 200).eu-west-1.compute.internal",\#
            "securityContext":{},"schedulerName":"default-scheduler","tolerations":[{\#
            "key":"node.kubernetes.io/not-ready","operator":"Exists","effect":"NoExecute","tolerationSeconds":300},{\#
            "key":"node.kubernetes.io/unreachable","operator":"Exists","effect":"NoExecute",\#
            "tolerationSeconds":300}],"priority":0,"enableServiceLinks":true,"preemptionPolicy":"PreemptLowerPriority"},\#
            "status":{"phase":"Running","conditions":[\#(conditions(["Initialized", "Ready", "ContainersReady",
                "PodScheduled"]))],"hostIP":"10.0.12.\#(index % 200)","podIP":"\#(address)",\#
            "podIPs":[{"ip":"\#(address)"}],"startTime":"2026-01-01T00:00:00Z","containerStatuses":[{\#
            "name":"application","state":{"running":{"startedAt":"2026-01-01T00:00:05Z"}},"lastState":{},"ready":true,\#
            "restartCount":0,"image":"registry.example.test/team/application-\#(index):v1.3.0",\#
            "imageID":"registry.example.test/team/application@sha256:\#(String(repeating: "0123456789abcdef", count: 4))",\#
            "containerID":"containerd://\#(String(repeating: "fedcba9876543210", count: 4))","started":true}],\#
            "qosClass":"Burstable"}}
            """#
    }

    private func conditions(_ types: [String]) -> String {
        types.map { type in
            #"""
            {"type":"\#(type)","status":"True","lastProbeTime":null,"lastTransitionTime":"2026-01-01T00:00:08Z"}
            """#
        }.joined(separator: ",")
    }
}

extension String {
    /// Sixteen digits as a uid.
    fileprivate var uuid: String {
        let digits = Array(self)
        let parts = [digits[0..<8], digits[8..<12], digits[12..<16]].map { String($0) }
        return "\(parts[0])-\(parts[1])-\(parts[2])-8000-\(parts[0])\(parts[1])"
    }
}

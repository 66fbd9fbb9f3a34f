import {
  CircleAlert,
  CircleCheck,
  CircleHelp,
  Eye,
  Info,
  Lock,
  type LucideIcon,
  Scale,
  TrendingUp,
  TriangleAlert,
} from "lucide-react";
import type { Severity, Status } from "@/server/core/report";
import { Badge } from "./ui/badge";

interface Look {
  readonly word: string;
  readonly icon: LucideIcon;
  readonly colour: string;
}

const STATUS: Readonly<Record<Status, Look>> = {
  healthy: { word: "Healthy", icon: CircleCheck, colour: "var(--healthy)" },
  watch: { word: "Watch", icon: Eye, colour: "var(--watch)" },
  suspect: { word: "Suspect", icon: TriangleAlert, colour: "var(--suspect)" },
  held: { word: "Held", icon: Lock, colour: "var(--held)" },
  leaking: { word: "Leaking", icon: TrendingUp, colour: "var(--leaking)" },
  inconsistent: { word: "Does not add up", icon: Scale, colour: "var(--unknown)" },
  insufficient: { word: "Not enough evidence", icon: CircleHelp, colour: "var(--unknown)" },
};

const SEVERITY: Readonly<Record<Severity, Look>> = {
  info: { word: "Info", icon: Info, colour: "var(--unknown)" },
  warning: { word: "Warning", icon: TriangleAlert, colour: "var(--suspect)" },
  critical: { word: "Critical", icon: CircleAlert, colour: "var(--leaking)" },
};

export function StatusBadge({ status }: { readonly status: Status }) {
  const { word, icon, colour } = STATUS[status];
  return (
    <Badge icon={icon} colour={colour}>
      {word}
    </Badge>
  );
}

export function SeverityBadge({ severity }: { readonly severity: Severity }) {
  const { word, icon, colour } = SEVERITY[severity];
  return (
    <Badge icon={icon} colour={colour}>
      {word}
    </Badge>
  );
}
